import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { transform } from "esbuild";
import { expect, it } from "vitest";
import { testGateway } from "../support/gateway";
import { projectRoot } from "../support/project";
import { describeWithEngine, TestStack } from "../support/stack";

/** The first program in TypeScript of a document, as a function that runs it and gives its exports. */
async function programOf(document: string): Promise<() => Promise<Record<string, unknown>>> {
  const [, source = ""] = /```ts\n([\s\S]*?)```/.exec(await readFile(join(projectRoot, document), "utf8")) ?? [];
  const { code } = await transform(source, { loader: "ts", format: "cjs" });
  const requireHere = createRequire(join(projectRoot, "package.json"));
  return async () => {
    const module = { exports: {} };
    new Function("require", "module", "exports", code)(requireHere, module, module.exports);
    return module.exports;
  };
}

describeWithEngine("the README", () => {
  it("shows a program that makes a key", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    stack.program = await programOf("README.md");
    const { steps, outputs } = await stack.up();
    expect(steps).toEqual(["create ci"]);
    expect(outputs["key"]?.secret).toBe(true);
    expect((await gateway.activeKeys()).map(({ id, name }) => [id, name])).toEqual([
      [outputs["keyId"]?.value, "CI/CD"],
    ]);
  });
});
