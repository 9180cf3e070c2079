import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { blocksOf, sectionOf } from "../support/documented";
import { follow } from "../support/follow";
import { testGateway } from "../support/gateway";
import { readersStack } from "../support/installed";
import { programOf } from "../support/program";
import { projectRoot } from "../support/project";
import { describeWithEngine, TestStack } from "../support/stack";

const page = "docs/import-keys.md";
const CREATED_BY_HAND = { name: "CI/CD", scopes: ["models:read", "chat:completions"] };

describeWithEngine(page, () => {
  async function scene() {
    const gateway = await testGateway();
    const created = await gateway.call("POST", "/api-keys", CREATED_BY_HAND);
    const stack = await readersStack(gateway, "shop");
    const adapt = (text: string) =>
      text
        .replaceAll("key_123", created.id)
        .replace("the value", created.key)
        .replace("./pulumi-resource-dench", join(projectRoot, "pulumi-resource-dench"))
        .replace("npx pulumi-dench", `node ${join(projectRoot, "dist/pulumi-dench")}`);
    const section = (heading: string) => follow({ page, heading }, { folder: stack.folder, env: stack.env, adapt });
    return { gateway, created, stack, section };
  }

  it("imports all keys that were created manually, with the declarations for the program", async () => {
    const { gateway, created, stack, section } = await scene();
    const other = await gateway.call("POST", "/api-keys", { name: "Web app" });
    const printed = await section("Import all keys");
    expect(printed).toContain("2 of 3 keys to import.");
    expect(await stack.keysInState()).toEqual(
      expect.arrayContaining([
        { name: "ci-cd", keyId: created.id, key: undefined },
        { name: "web-app", keyId: other.id, key: undefined },
      ]),
    );
  });

  it("imports all keys by a file", async () => {
    const { created, stack, section } = await scene();
    await stack.run("stack", "export", "--file", "dev.json");
    expect(await section("Import all keys by a file")).toContain("name: CI/CD");
    expect(await stack.keysInState()).toEqual([{ name: "ci-cd", keyId: created.id, key: undefined }]);
  });

  it("imports a key that was created manually, and the program rotates it", async () => {
    const { gateway, created, stack, section } = await scene();
    const imported = await section("Import a key");
    expect(imported).toContain(`"id": "${created.id}"`);
    expect(imported).toMatch(/type: dench:GatewayKey\s+properties:\s+name: CI\/CD/);
    expect(await section("Rotate an imported key")).toContain("rotation trigger owner was added");
    const { key, previousKeyId } = JSON.parse(await stack.run("stack", "output", "--json", "--show-secrets"));
    expect(previousKeyId).toBe(created.id);
    expect([await gateway.dataPlane(created.key), await gateway.dataPlane(key)]).toEqual([200, 200]);
  });

  it("imports a key with its value into the state, without a change", async () => {
    const { gateway, created, stack, section } = await scene();
    const printed = await section("Import a key with its value");
    expect(printed).not.toContain("is not available");
    expect(printed).not.toContain(created.key);
    expect(await stack.keysInState()).toEqual([{ name: "ci", keyId: created.id, key: created.key }]);
    expect((await gateway.activeKeys()).map(({ id }) => id)).toEqual([created.id]);
  });

  it("imports a key with its value from a file", async () => {
    const { created, stack, section } = await scene();
    await writeFile(join(stack.folder, "keys.env"), `CI_KEY=${created.key}\n`);
    const printed = await section("Import keys with their values");
    expect(printed).not.toContain("is not available");
    expect(printed).not.toContain(created.key);
    expect(await stack.keysInState()).toEqual([{ name: "ci", keyId: created.id, key: created.key }]);
  });

  it("imports the primary sandbox key with its value", async () => {
    const { gateway, stack, section } = await scene();
    await section("Import the primary sandbox key");
    const [{ name, key } = {}] = await stack.keysInState();
    expect(name).toBe("sandbox");
    expect(await gateway.dataPlane(key)).toBe(200);
  });

  it("shows a program that imports a key and rotates it in one update", async () => {
    const gateway = await testGateway();
    const created = await gateway.call("POST", "/api-keys", CREATED_BY_HAND);
    const stack = await TestStack.create({ env: gateway.env });
    const [{ text = "" } = {}] = blocksOf(await sectionOf({ page, heading: "Import by the `import` option" }));
    stack.program = await programOf(text.replace("key_123", created.id));
    const { steps, outputs } = await stack.up();
    expect(steps).toEqual(["import ci", "update ci"]);
    expect(outputs["previousKeyId"]?.value).toBe(created.id);
    expect([await gateway.dataPlane(created.key), await gateway.dataPlane(outputs["key"]?.value)]).toEqual([200, 200]);
  });
});
