import { expect, it, onTestFinished, vi } from "vitest";
import { blocksOf } from "../support/documented";
import { testGateway } from "../support/gateway";
import { programOf } from "../support/program";
import { describeWithEngine, TestStack } from "../support/stack";

/** The program in TypeScript of a document, by its number. */
async function programIn(document: string, index = 0) {
  const programs = (await blocksOf(document)).filter(({ language }) => language === "ts");
  return programOf(programs[index]?.text ?? "");
}

describeWithEngine("the README", () => {
  it("shows a program that makes a key", async () => {
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    stack.program = await programIn("README.md");
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
    stack.program = await programIn("README.md", 1);
    expect((await stack.up()).outputs["unusedKeys"]?.value).toEqual([`forgotten (${id})`]);
  });
});

describeWithEngine("docs/configuration.md", () => {
  it("shows a program that makes a key in the workspace of a provider", async () => {
    const gateway = await testGateway();
    vi.stubEnv("SHOP_TOKEN", gateway.gateway.adminToken);
    onTestFinished(() => void vi.unstubAllEnvs());
    const stack = await TestStack.create({ env: { DENCH_BASE_URL: gateway.gateway.baseUrl } });
    stack.program = await programIn("docs/configuration.md");
    const { outputs } = await stack.up();
    expect(outputs["workspace"]?.value).toBe("local");
    expect((await gateway.activeKeys()).map(({ id }) => id)).toEqual([outputs["keyId"]?.value]);
  });
});
