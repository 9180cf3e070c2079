import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { CliStack } from "../support/cli-stack";
import { testGateway } from "../support/gateway";
import { programOf } from "../support/program";
import { projectRoot } from "../support/project";
import { itEach } from "../support/sample";
import { describeWithEngine, TestStack } from "../support/stack";
import { examplesIn } from "./schema-examples";

/** Returns a workspace in which the keys that examples name have been used. */
async function workspace() {
  const gateway = await testGateway();
  const made = await gateway.call("POST", "/api-keys", { name: "CI/CD" });
  await gateway.dataPlane(made.key);
  return { gateway, filledIn: (program: string) => program.replace("key_123", made.id) };
}

describeWithEngine("the schema's examples", () => {
  itEach(
    examplesIn("typescript"),
    ({ title }) => `run in TypeScript: ${title}`,
    async ({ programs }) => {
      const { gateway, filledIn } = await workspace();
      const stack = await TestStack.create({ env: gateway.env });
      stack.program = await programOf(filledIn(programs.typescript));
      const [output, ...others] = Object.values((await stack.up()).outputs);
      expect(output?.value).toBeDefined();
      expect(others).toEqual([]);
    },
  );

  itEach(
    examplesIn("yaml"),
    ({ title }) => `run in YAML: ${title}`,
    async ({ programs }) => {
      const { gateway, filledIn } = await workspace();
      const stack = await CliStack.create(gateway.env);
      const settings = `name: test\nruntime: yaml\nplugins:\n  providers:\n    - name: dench\n      path: ${projectRoot}\n`;
      await writeFile(join(stack.folder, "Pulumi.yaml"), settings + filledIn(programs.yaml));
      await stack.up();
      const [output, ...others] = Object.values(await stack.outputs());
      expect(output).toBeDefined();
      expect(others).toEqual([]);
    },
  );
});
