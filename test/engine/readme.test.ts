import { expect, it, onTestFinished, vi } from "vitest";
import { blocksOf, sectionOf } from "../support/documented";
import { testGateway } from "../support/gateway";
import { programOf } from "../support/program";
import { describeWithEngine, TestStack } from "../support/stack";
import { expectShown } from "../support/transcript";

/** Returns the first program in TypeScript of a document. */
async function sourceIn(document: string): Promise<string> {
  const programs = blocksOf(await sectionOf({ page: document })).filter(({ language }) => language === "ts");
  return programs[0]?.text ?? "";
}

describeWithEngine("the README", () => {
  it("shows a program that creates a key, and the preview of its rotation", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    const source = await sourceIn("README.md");
    stack.program = await programOf(source);
    const { steps, outputs } = await stack.up();
    expect(steps).toEqual(["create ci"]);
    expect(outputs["key"]?.secret).toBe(true);
    expect((await gateway.activeKeys()).map(({ id, name }) => [id, name])).toEqual([
      [outputs["keyId"]?.value, "CI/CD"],
    ]);

    const rotated = source.replace("2026-06", "2026-07");
    expect(rotated).not.toBe(source);
    stack.program = await programOf(rotated);
    const { output } = await stack.preview();
    await expectShown("README.md", "rotation", output.slice(output.indexOf("Diagnostics:")));
  });
});

describeWithEngine("docs/configuration.md", () => {
  it("shows a program that creates a key in the workspace of a provider", async () => {
    const gateway = await testGateway();
    vi.stubEnv("SHOP_TOKEN", gateway.gateway.adminToken);
    onTestFinished(() => void vi.unstubAllEnvs());
    const stack = await TestStack.create({ env: { DENCH_BASE_URL: gateway.gateway.baseUrl } });
    stack.program = await programOf(await sourceIn("docs/configuration.md"));
    const { outputs } = await stack.up();
    expect(outputs["workspace"]?.value).toBe("local");
    expect((await gateway.activeKeys()).map(({ id }) => id)).toEqual([outputs["keyId"]?.value]);
  });
});
