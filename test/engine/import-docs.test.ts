import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { blocksOf } from "../support/documented";
import { testGateway } from "../support/gateway";
import { stackWithInstalledPlugin } from "../support/installed";
import { programOf } from "../support/program";
import { describeWithEngine, TestStack } from "../support/stack";

const PAGE = "docs/import.md";
const HAND_MADE = { name: "CI/CD", scopes: ["models:read", "chat:completions"] };

describeWithEngine(PAGE, () => {
  async function scene() {
    const gateway = await testGateway();
    const made = await gateway.call("POST", "/api-keys", HAND_MADE);
    const stack = await stackWithInstalledPlugin(gateway);
    /** Does what a section of the page says. Returns what its commands print. */
    const follow = async (heading: string): Promise<string> => {
      let printed = "";
      for (const { language, text } of await blocksOf(PAGE, heading)) {
        if (language === "yaml") {
          await writeFile(join(stack.folder, "Pulumi.yaml"), text.replace("name: shop", "name: test"));
        } else {
          const script = text.replaceAll("key_123", made.id).replace("the value", made.key);
          const options = { cwd: stack.folder, env: stack.env };
          const { stdout, stderr } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], options);
          printed += stdout + stderr;
        }
      }
      return printed;
    };
    return { gateway, made, stack, follow };
  }

  it("leads from a key that was created by hand to one that the program rotates", async () => {
    const { gateway, made, stack, follow } = await scene();
    const imported = await follow("Import a key");
    expect(imported).toContain(`"id": "${made.id}"`);
    expect(imported).toMatch(/type: dench:GatewayKey\s+properties:\s+name: CI\/CD/);
    expect(await follow("Rotate an imported key")).toContain("rotation trigger owner was added");
    const { key, previousKeyId } = JSON.parse(await stack.run("stack", "output", "--json", "--show-secrets"));
    expect(previousKeyId).toBe(made.id);
    expect([await gateway.dataPlane(made.key), await gateway.dataPlane(key)]).toEqual([200, 200]);
  });

  it("leads from a key and its value to one in the state, without a change", async () => {
    const { gateway, made, stack, follow } = await scene();
    const printed = await follow("Import a key with its value");
    expect(printed).not.toContain("is not available");
    expect(printed).not.toContain(made.key);
    expect(await stack.keysInState()).toEqual([{ name: "ci", keyId: made.id, key: made.key }]);
    expect((await gateway.activeKeys()).map(({ id }) => id)).toEqual([made.id]);
  });

  it("imports the primary sandbox key with its value", async () => {
    const { gateway, stack, follow } = await scene();
    await follow("Import the primary sandbox key");
    const [{ name, key } = {}] = await stack.keysInState();
    expect(name).toBe("sandbox");
    expect(await gateway.dataPlane(key)).toBe(200);
  });

  it("shows a program that imports a key and rotates it in one update", async () => {
    const gateway = await testGateway();
    const made = await gateway.call("POST", "/api-keys", HAND_MADE);
    const stack = await TestStack.create({ env: gateway.env });
    const [{ text = "" } = {}] = await blocksOf(PAGE, "Import by the `import` option");
    stack.program = await programOf(text.replace("key_123", made.id));
    const { steps, outputs } = await stack.up();
    expect(steps).toEqual(["import ci", "update ci"]);
    expect(outputs["previousKeyId"]?.value).toBe(made.id);
    expect([await gateway.dataPlane(made.key), await gateway.dataPlane(outputs["key"]?.value)]).toEqual([200, 200]);
  });
});
