import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { transform } from "esbuild";
import { expect, it } from "vitest";
import { examples } from "../../schema/examples/registry";
import { CliStack } from "../support/cli-stack";
import { testGateway } from "../support/gateway";
import { projectRoot } from "../support/project";
import { describeWithEngine, TestStack } from "../support/stack";

const all = Object.values(examples).flat();

/** A workspace in which the keys that examples name have been used. */
async function workspace() {
  const gateway = await testGateway();
  const made = await gateway.call("POST", "/api-keys", { name: "CI/CD" });
  await gateway.dataPlane(made.key);
  return { gateway, filledIn: (program: string) => program.replace("key_123", made.id) };
}

describeWithEngine("the schema's examples", () => {
  it.each(all)("run in TypeScript: $title", async ({ programs }) => {
    const { gateway, filledIn } = await workspace();
    const { code } = await transform(filledIn(programs.typescript), { loader: "ts", format: "cjs" });
    const stack = await TestStack.create({ env: gateway.env });
    stack.program = async () => {
      const module = { exports: {} };
      new Function("require", "module", "exports", code)(requireHere, module, module.exports);
      return module.exports;
    };
    const [output, ...others] = Object.values((await stack.up()).outputs);
    expect(output?.value).toBeDefined();
    expect(others).toEqual([]);
  });

  it.each(all)("run in YAML: $title", async ({ programs }) => {
    const { gateway, filledIn } = await workspace();
    const stack = await CliStack.create(gateway.env);
    const settings = `name: test\nruntime: yaml\nplugins:\n  providers:\n    - name: dench\n      path: ${projectRoot}\n`;
    await writeFile(join(stack.folder, "Pulumi.yaml"), settings + filledIn(programs.yaml));
    await stack.up();
    const [output, ...others] = Object.values(await stack.outputs());
    expect(output).toBeDefined();
    expect(others).toEqual([]);
  });
});

const requireHere = createRequire(join(projectRoot, "package.json"));
