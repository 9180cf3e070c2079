import { appendFile, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { expect, it } from "vitest";
import { blocksOf, sectionOf } from "../support/documented";
import { follow } from "../support/follow";
import { testGateway } from "../support/gateway";
import { readersStack } from "../support/installed";
import { programOf } from "../support/program";
import { projectRoot } from "../support/project";
import { describeWithEngine, TestStack } from "../support/stack";

async function reader(page: string) {
  const gateway = await testGateway();
  const stack = await readersStack(gateway, "shop");
  const section = (heading: string, adapt?: (text: string) => string) =>
    follow({ page, heading }, { folder: stack.folder, env: stack.env, ...(adapt ? { adapt } : {}) });
  return { gateway, stack, section };
}

describeWithEngine("docs/rotate-keys.md", () => {
  it("rotates a key when the team changes, with an overlap, and shows the output", async () => {
    const { gateway, stack, section } = await reader("docs/rotate-keys.md");
    await section("Rotate a key");
    const keys = await stack.keysInState();
    expect(keys).toHaveLength(2);
    for (const { key } of keys) expect(await gateway.dataPlane(key)).toBe(200);
  });

  it("rotates the primary sandbox key when the team changes", async () => {
    const { gateway, stack, section } = await reader("docs/rotate-keys.md");
    const before = await gateway.call("GET", "/api-keys/primary");
    await section("Rotate the primary sandbox key");
    const [{ keyId, key } = {}] = await stack.keysInState();
    expect(keyId).not.toBe(before.id);
    expect(await gateway.dataPlane(key)).toBe(200);
  });
});

describeWithEngine("docs/respond-to-a-leak.md", () => {
  it("finds the key of a leaked value, revokes it although it has an overlap, and shows the output", async () => {
    const { gateway, stack, section } = await reader("docs/respond-to-a-leak.md");
    stack.env["DENCH_GATEWAY_URL"] = gateway.gateway.gatewayUrl;
    stack.env["PATH"] = [join(projectRoot, "dist"), stack.env["PATH"]].join(delimiter);
    const built = (text: string) => text.replaceAll("npx pulumi-dench", "pulumi-dench");
    await section("Respond step by step", built);
    const [{ key } = {}, ...others] = await stack.keysInState();
    expect(others).toEqual([]);
    expect(await gateway.dataPlane(key)).toBe(200);
    expect((await gateway.keys()).map(({ status }) => status)).toEqual(["active", "revoked"]);

    const byHand = await gateway.call("POST", "/api-keys", { name: "by hand" });
    await writeFile(join(stack.folder, "leaked.txt"), byHand.key);
    await stack.run("stack", "export", "--file", "dev.json");
    await section("Revoke a key that no stack manages", (text) => built(text).replace(/key_\w+/, byHand.id));
    expect(await gateway.dataPlane(byHand.key)).toBe(401);
  });
});

describeWithEngine("docs/security.md", () => {
  it("shows a preview for pipelines that fails after a key is revoked elsewhere", async () => {
    const { gateway, stack, section } = await reader("docs/security.md");
    await stack.write({ ci: { properties: { name: "CI" } } });
    await stack.up();
    await section("Detect keys that were revoked elsewhere");
    for (const { id } of await gateway.activeKeys()) await gateway.revoke(id);
    await expect(section("Detect keys that were revoked elsewhere")).rejects.toThrow("was revoked outside of this");
  });
});

describeWithEngine("docs/scale.md", () => {
  it("creates one key with checkpoints, which stores the provider, and the others without", async () => {
    const { gateway, stack, section } = await reader("docs/scale.md");
    await section("Skip checkpoints");
    const keys = await stack.keysInState();
    expect(keys.map(({ name }) => name).toSorted()).toEqual(["billing", "search", "web"]);
    for (const { key } of keys) expect(await gateway.dataPlane(key)).toBe(200);
  });
});

describeWithEngine("docs/resource-options.md", () => {
  it("shows a protected key, which a rotation with an overlap can still change", async () => {
    const page = "docs/resource-options.md";
    const { stack } = await reader(page);
    const [program] = blocksOf(await sectionOf({ page }));
    const file = join(stack.folder, "Pulumi.yaml");
    await appendFile(file, program?.text ?? "");
    await stack.up();
    await expect(stack.run("destroy", "--yes")).rejects.toThrow("protect");
    await writeFile(file, (await readFile(file, "utf8")).replace("name: CI", "name: CI/CD"));
    expect(await stack.up()).toContain("1 updated");
  });
});

describeWithEngine("docs/dynamic-provider.md", () => {
  it("shows a program that creates a key without a plugin", async () => {
    const page = "docs/dynamic-provider.md";
    const gateway = await testGateway();
    const stack = await TestStack.create({ env: gateway.env });
    const [program] = blocksOf(await sectionOf({ page }));
    stack.program = await programOf(program?.text ?? "");
    const { outputs } = await stack.up();
    expect(await gateway.dataPlane(outputs["key"]?.value)).toBe(200);
  });
});

describeWithEngine("docs/troubleshooting.md", () => {
  it("shows how to see each request", async () => {
    const page = "docs/troubleshooting.md";
    const { stack } = await reader(page);
    await stack.write({ ci: { properties: { name: "CI" } } });
    expect(await follow({ page }, { folder: stack.folder, env: stack.env })).toMatch(/GET \/api\/v1\/status .*200/);
  });
});
