import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCommand, startCommand } from "../support/command";
import { temporaryFolder } from "../support/folder";
import { testGateway } from "../support/gateway";
import { scriptedServer } from "../support/scripted-server";

it("finds an active key that no given state has, and exits with 2", async () => {
  const gateway = await testGateway();
  const { id } = await gateway.call("POST", "/api-keys", { name: "by hand" });
  const result = await runCommand(["audit"], { env: gateway.env });
  expect(result).toMatchObject({ code: 2, stderr: "", stdout: expect.stringContaining(id) });
  await gateway.revoke(id);
  expect(await runCommand(["audit"], { env: gateway.env })).toMatchObject({ code: 0, stderr: "" });
});

it("reads a state from stdin", async () => {
  const gateway = await testGateway();
  const { id } = await gateway.call("POST", "/api-keys", { name: "in a state" });
  const resource = { urn: "urn:pulumi:dev::shop::dench:index:GatewayKey::ci", type: "dench:index:GatewayKey", id };
  const stdin = JSON.stringify({ version: 3, deployment: { resources: [resource] } });
  expect(await runCommand(["audit", "-"], { env: gateway.env, stdin })).toMatchObject({ code: 0, stderr: "" });
});

it("stops with 130 at Ctrl-C, while it waits for the server", async () => {
  const server = await scriptedServer("silence");
  const env = { DENCH_BASE_URL: server.url, DENCH_API_KEY: crypto.randomUUID() };
  const running = startCommand(["audit"], { env });
  await expect.poll(() => server.received).toHaveLength(1);
  running.interrupt();
  expect(await running.ended).toEqual({
    code: 130,
    stdout: "",
    stderr: "Could not list the gateway keys: the run was canceled first. [dench:canceled]\n",
  });
});

describe("exits with 1, the reason and what to do next if", () => {
  it("a file is not a state", async () => {
    const file = join(await temporaryFolder(), "dev.json");
    await writeFile(file, "");
    expect(await runCommand(["audit", file])).toEqual({
      code: 1,
      stdout: "",
      stderr: `Could not read ${file}: it is not an exported stack state. Write one with \`pulumi stack export --file\`. [dench:invalid_state]\n`,
    });
  });

  it("there is no token", async () => {
    const { code, stderr } = await runCommand(["audit"]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/DENCH_API_KEY.+\[dench:no_token\]\n$/)]);
  });

  it("an option is unknown", async () => {
    const { code, stderr } = await runCommand(["audit", "--unknown"]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/\nRun "pulumi-dench audit --help" for the options\.\n$/),
    ]);
  });
});
