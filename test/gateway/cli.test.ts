import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { temporaryFolder } from "../support/folder";
import { listening, printed, spawnGateway } from "./gateway-process";

const models = (gatewayUrl: string, key: string) =>
  fetch(`${gatewayUrl}/v1/models`, { headers: { authorization: `Bearer ${key}` } });

it("prints one line of JSON when it is listening on 127.0.0.1, and nothing else", async () => {
  const running = spawnGateway("--port", "0", "--json");
  const { url, baseUrl, gatewayUrl, adminToken } = await listening(running);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(baseUrl).toBe(`${url}/api/v1`);
  expect(gatewayUrl).toBe(url);
  await fetch(`${baseUrl}/status`, { headers: { authorization: `Bearer ${adminToken}` } });
  running.process.kill("SIGTERM");
  expect(await running.exited).toBe(0);
  expect(running.stdout().trimEnd().split("\n")).toHaveLength(1);
  expect(running.stderr()).toBe("");
});

it("prints an export with the addresses of both APIs and a token that works", async () => {
  const running = spawnGateway("--port", "0");
  const [, baseUrl = "", gatewayUrl = "", token = ""] = await printed(
    running,
    /^ {2}export DENCH_BASE_URL=(\S+) DENCH_GATEWAY_URL=(\S+) DENCH_API_KEY=(\S+)\n/m,
  );
  const created = await fetch(`${baseUrl}/api-keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ name: "first" }),
  });
  const { key } = z.object({ key: z.string() }).parse(await created.json());
  expect((await models(gatewayUrl, key)).status).toBe(200);
});

it.each(["SIGTERM", "SIGINT"] as const)("keeps all data when %s stops it", async (signal) => {
  const folder = await temporaryFolder();
  const data = join(folder, "gateway.db");

  const first = spawnGateway("--port", "0", "--json", "--data", data);
  const before = await listening(first);
  const created = await fetch(`${before.baseUrl}/api-keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${before.adminToken}` },
    body: JSON.stringify({ name: "kept" }),
  });
  const { key } = z.object({ key: z.string() }).parse(await created.json());
  first.process.kill(signal);
  expect(await first.exited).toBe(0);

  const second = spawnGateway("--port", "0", "--json", "--data", data);
  const after = await listening(second);
  expect(after.adminToken).toBe(before.adminToken);
  expect((await models(after.gatewayUrl, key)).status).toBe(200);
});

it("continues to run when the readers of stdout and stderr are gone", async () => {
  const running = spawnGateway("--port", "0", "--json", "--upstream", "http://127.0.0.1:1");
  const { url, baseUrl, gatewayUrl, adminToken } = await listening(running);
  running.process.stdout?.destroy();
  running.process.stderr?.destroy();
  const headers = { authorization: `Bearer ${adminToken}` };
  const made = await fetch(`${baseUrl}/api-keys`, { method: "POST", headers, body: JSON.stringify({ name: "first" }) });
  const { key } = z.object({ key: z.string() }).parse(await made.json());
  // Each of these requests logs a line, since no upstream listens.
  for (const _request of [1, 2, 3]) expect((await models(gatewayUrl, key)).status).toBe(502);
  expect((await fetch(`${url}/openapi.json`)).status).toBe(200);
  running.process.kill("SIGTERM");
  expect(await running.exited).toBe(0);
});

it("exits with 1 and the reason if the port is in use", async () => {
  const { url } = await listening(spawnGateway("--port", "0", "--json"));
  const second = spawnGateway("--port", new URL(url).port);
  expect(await second.exited).toBe(1);
  expect(second.stderr()).toContain("EADDRINUSE");
});

it.each([
  ["an unknown flag", ["--prot", "1"]],
  ["a port that is not a number", ["--port", "many"]],
  ["a port out of range", ["--port", "65536"]],
  ["a propagation that is not a number", ["--propagation", "long"]],
  ["an upstream that is not a URL", ["--upstream", "api.example.com"]],
  ["an upstream with a password in its URL", ["--upstream", "https://user:secret@example.com"]],
  ["a second command", ["twice"]],
])("exits with 2 and the usage on %s", async (_what, args) => {
  const running = spawnGateway(...args);
  expect(await running.exited).toBe(2);
  expect(running.stderr()).toContain("Usage: pulumi-dench gateway");
  expect(running.stderr()).not.toContain("secret");
});

it("exits with 1 and the reason if the price file is not readable", async () => {
  const running = spawnGateway("--port", "0", "--prices", "/nowhere/prices.json");
  expect(await running.exited).toBe(1);
  expect(running.stderr()).toMatch(/the price file \/nowhere\/prices\.json is not readable as JSON: ENOENT/);
});

describe("HTTPS_PROXY", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("is an error if it has no host and the upstream needs it", async () => {
    vi.stubEnv("HTTPS_PROXY", "http://user:hidden-word@:3128");
    const running = spawnGateway("--port", "0", "--upstream", "https://api.example.com");
    expect(await running.exited).toBe(2);
    expect(running.stderr()).toMatch(
      /HTTPS_PROXY is not the address of a proxy, but requests to api\.example\.com would use it/,
    );
    expect(running.stderr()).not.toMatch(/hidden-word|\n +at /);
  });

  it.each(["proxy.example:3128", "http://user:100%word@proxy.example:3128"])(
    "is parsed like curl does: %s",
    async (proxy) => {
      vi.stubEnv("HTTPS_PROXY", proxy);
      const running = spawnGateway("--port", "0", "--json", "--upstream", "https://api.example.com");
      expect((await listening(running)).url).toMatch(/^http:/);
    },
  );
});
