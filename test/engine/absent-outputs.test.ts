import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { describeByHost } from "../support/by-host";
import { CliStack } from "../support/cli-stack";
import { testGateway } from "../support/gateway";
import { it } from "../support/sample";
import { describeWithEngine, TestStack } from "../support/stack";

describeByHost("an output without a value", ({ dench }, it) => {
  it("is known to be absent: a program exports and uses it, and the next preview has no changes", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    stack.program = async () => {
      const ci = new dench.GatewayKey("ci", { name: "CI" });
      const primary = new dench.PrimarySandboxKey("primary", { reveal: false });
      const triggers = { previous: ci.previousKeyId.apply((id) => id ?? "none") };
      new dench.GatewayKey("consumer", { name: "consumer", rotation: { triggers } });
      return { ci: { ...ci }, primary: { ...primary }, previousKey: ci.previousKey, scopes: ci.scopes };
    };
    await stack.up();
    await stack.stack.preview({ expectNoChanges: true });
    expect((await stack.up()).steps).toEqual([]);
    await stack.refresh();
    await stack.stack.preview({ expectNoChanges: true });
  });

  it("does not violate a saved plan", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    let name = "CI";
    stack.program = async () => {
      const { previousKey, previousKeyId, compromised, scopes } = new dench.GatewayKey("ci", {
        name,
        rotation: { overlap: "1h" },
      });
      return { previousKey, previousKeyId, compromised, scopes };
    };
    for (const next of ["CI", "CD"]) {
      name = next;
      const plan = join(stack.folder, "plan.json");
      await stack.stack.preview({ plan });
      await stack.stack.up({ plan });
    }
    expect((await gateway.activeKeys()).map((key) => key.name)).toEqual(["CD", "CI"]);
  });
});

describeWithEngine("a state written by an earlier version, which omits outputs without a value,", () => {
  it("causes no changes in a preview", async () => {
    const gateway = await testGateway();
    const stack = await CliStack.create(gateway.env);
    await stack.write({ ci: { properties: { name: "CI" } } });
    await stack.up();
    const file = join(stack.folder, "state.json");
    await stack.run("stack", "export", "--show-secrets", "--file", file);
    const state = JSON.parse(await readFile(file, "utf8"));
    for (const { outputs = {} } of state.deployment.resources) {
      for (const [name, value] of Object.entries(outputs)) if (value === null) delete outputs[name];
    }
    await writeFile(file, JSON.stringify(state));
    await stack.run("stack", "import", "--file", file);
    await stack.run("preview", "--expect-no-changes");
    await stack.run("destroy", "--yes", "--skip-preview");
    expect(await gateway.activeKeys()).toEqual([]);
  });
});
