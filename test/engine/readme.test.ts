import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { transform } from "esbuild";
import { expect, it, onTestFinished, vi } from "vitest";
import { testGateway } from "../support/gateway";
import { projectRoot } from "../support/project";
import { describeWithEngine, TestStack } from "../support/stack";

/** A program in TypeScript of a document, by its number, as a function that runs it and gives its exports. */
async function programOf(document: string, index = 0): Promise<() => Promise<Record<string, unknown>>> {
  const programs = (await readFile(join(projectRoot, document), "utf8")).matchAll(/```ts\n([\s\S]*?)```/g);
  const [, source = ""] = [...programs][index] ?? [];
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

  it("shows a program that finds keys which nobody uses", async () => {
    const now = { ms: Date.parse("2026-05-01T00:00:00Z") };
    const gateway = await testGateway({ clock: () => now.ms });
    const { id } = await gateway.call("POST", "/api-keys", { name: "forgotten" });
    const stack = await TestStack.create({ env: { ...gateway.env, DENCH_TEST_NOW: "2026-08-01T00:00:00Z" } });
    stack.program = await programOf("README.md", 1);
    expect((await stack.up()).outputs["unusedKeys"]?.value).toEqual([`forgotten (${id})`]);
  });
});

describeWithEngine("docs/configuration.md", () => {
  it("shows a program that makes a key in the workspace of a provider", async () => {
    const gateway = await testGateway();
    vi.stubEnv("SHOP_TOKEN", gateway.gateway.adminToken);
    onTestFinished(() => void vi.unstubAllEnvs());
    const stack = await TestStack.create({ env: { DENCH_BASE_URL: gateway.gateway.baseUrl } });
    stack.program = await programOf("docs/configuration.md");
    const { outputs } = await stack.up();
    expect(outputs["workspace"]?.value).toBe("local");
    expect((await gateway.activeKeys()).map(({ id }) => id)).toEqual([outputs["keyId"]?.value]);
  });
});
