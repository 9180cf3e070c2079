import { randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCommand } from "../support/command";
import { temporaryFolder } from "../support/folder";
import { type TestGateway, testGateway } from "../support/gateway";
import { FaultProxy, type ProxyAction } from "../support/proxy";

const keyNamed = async (gateway: TestGateway, name: string): Promise<string> =>
  (await gateway.call("POST", "/api-keys", { name })).id;

const imported = (name: string, id: string) => ({
  type: "dench:index:GatewayKey",
  name,
  id,
  version: expect.stringMatching(/^\d+\.\d+\.\d+/),
  pluginDownloadUrl: expect.stringMatching(/^github:\/\//),
});

it("writes an import file with the active keys to stdout, and what it skips to stderr", async () => {
  const gateway = await testGateway();
  const first = await keyNamed(gateway, "CI/CD");
  const second = await keyNamed(gateway, "ci cd");
  await gateway.revoke(await keyNamed(gateway, "old"));
  const { code, stdout, stderr } = await runCommand(["adopt"], { env: gateway.env });
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: "2 of 4 keys to import. Skipped: 1 not active; 1 primary sandbox key, which --primary adds.\n",
  });
  expect(JSON.parse(stdout)).toEqual({ resources: [imported("ci-cd", first), imported("ci-cd-2", second)] });
});

it("skips the keys of states from a file and from stdin", async () => {
  const gateway = await testGateway();
  const [inFile, onStdin, free] = [
    await keyNamed(gateway, "a"),
    await keyNamed(gateway, "b"),
    await keyNamed(gateway, "c"),
  ];
  const state = (id: string) => {
    const urn = "urn:pulumi:dev::shop::dench:index:GatewayKey::ci";
    return JSON.stringify({ deployment: { resources: [{ urn, type: "dench:index:GatewayKey", id }] } });
  };
  const file = join(await temporaryFolder(), "dev.json");
  await writeFile(file, state(inFile));
  const args = ["adopt", "--known", file, "--known", "-"];
  const { stdout, stderr } = await runCommand(args, { env: gateway.env, stdin: state(onStdin) });
  expect(JSON.parse(stdout)).toEqual({ resources: [imported("c", free)] });
  expect(stderr).toContain("2 in a state of --known");
});

it("adopts the keys that match, and the primary sandbox key on request", async () => {
  const gateway = await testGateway();
  const id = await keyNamed(gateway, "ci-a");
  await keyNamed(gateway, "web");
  const { stdout } = await runCommand(["adopt", "--match", "ci-*", "--primary"], { env: gateway.env });
  const primary = { ...imported("sandbox", "primary"), type: "dench:index:PrimarySandboxKey" };
  expect(JSON.parse(stdout)).toEqual({ resources: [imported("ci-a", id), { ...primary, name: expect.any(String) }] });
});

it("works with a member's token, except for the primary sandbox key, whose import would fail", async () => {
  const gateway = await testGateway();
  const id = await keyNamed(gateway, "ci");
  const env = { ...gateway.env, DENCH_API_KEY: gateway.gateway.memberToken };
  expect(JSON.parse((await runCommand(["adopt"], { env })).stdout)).toEqual({ resources: [imported("ci", id)] });
  const { code, stdout, stderr } = await runCommand(["adopt", "--primary"], { env });
  expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(/admin's token.+\[dench:admin_required\]\n$/)]);
});

it("says that there is nothing to import, and writes a file without resources", async () => {
  const { env } = await testGateway();
  expect(await runCommand(["adopt"], { env })).toEqual({
    code: 0,
    stdout: '{\n  "resources": []\n}\n',
    stderr: "There is no key to import. Skipped: 1 primary sandbox key, which --primary adds.\n",
  });
});

it("adopts each key once while keys are created and revoked between the pages of the list", async () => {
  const gateway = await testGateway();
  const proxy = await FaultProxy.before(gateway.gateway.url);
  const ids: string[] = [];
  for (let count = 0; count < 150; count += 1) ids.push(await keyNamed(gateway, `key ${count}`));
  let changed = false;
  proxy.onRequest = async ({ path }): Promise<ProxyAction> => {
    if (!changed && path.includes("cursor=")) {
      changed = true;
      await keyNamed(gateway, "created meanwhile");
      await gateway.revoke(ids[0] ?? "");
    }
    return "pass";
  };
  const env = { ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1` };
  const { stdout, stderr } = await runCommand(["adopt"], { env });
  expect(changed, stderr).toBe(true);
  const resources: { id: string; name: string }[] = JSON.parse(stdout).resources;
  expect(new Set(resources.map(({ id }) => id)).size).toBe(resources.length);
  expect(resources.map(({ id }) => id)).toEqual(expect.arrayContaining(ids.slice(1)));
  expect(resources.map(({ id }) => id)).not.toContain(ids[0]);
});

describe("--out", () => {
  it("writes the file, and never replaces one", async () => {
    const gateway = await testGateway();
    const id = await keyNamed(gateway, "ci");
    const file = join(await temporaryFolder(), "keys.json");
    const run = () => runCommand(["adopt", "--out", file], { env: gateway.env });
    expect(await run()).toMatchObject({ code: 0, stdout: "" });
    const text = await readFile(file, "utf8");
    expect(JSON.parse(text)).toEqual({ resources: [imported("ci", id)] });
    expect(await run()).toEqual({
      code: 1,
      stdout: "",
      stderr: `Could not write ${file.slice(0, 80)}: it already exists. Delete it, or name another file with --out. [dench:invalid_arguments]\n`,
    });
    expect(await readFile(file, "utf8")).toBe(text);
  });

  it("in a folder that does not exist is an error", async () => {
    const { env } = await testGateway();
    const { code, stderr } = await runCommand(["adopt", "--out", "/nowhere/keys.json"], { env });
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^Could not write \/nowhere\/keys\.json: ENOENT.+ path, or/),
    ]);
  });
});

describe("exits with 1, the reason and what to do next if", () => {
  it.each([
    ["a state does not exist", ["--known", "/nowhere/dev.json"], /there is no such file.+\[dench:invalid_state\]\n$/],
    ["an option has no value", ["--match"], /\nRun "pulumi-dench adopt --help" for the options\.\n$/],
    ["there is a positional argument", ["ci-*"], /\nRun "pulumi-dench adopt --help" for the options\.\n$/],
  ])("%s", async (_what, args, expected) => {
    const env = { DENCH_API_KEY: randomUUID() };
    const { code, stdout, stderr } = await runCommand(["adopt", ...args], { env });
    expect([code, stdout, stderr]).toEqual([1, "", expect.stringMatching(expected)]);
  });

  it("there is no token", async () => {
    const { code, stderr } = await runCommand(["adopt"]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/DENCH_API_KEY.+\[dench:no_token\]\n$/)]);
  });
});
