import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import * as z from "zod";
import { version } from "../../version";
import { listening, printed, spawnGateway } from "../gateway/gateway-process";
import { temporaryFolder } from "../support/folder";
import { scriptedServer } from "../support/scripted-server";

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

describe("exits with 1, the reason and a way on if", () => {
  it("the port is in use", async () => {
    const { url } = await listening(spawnGateway("--port", "0", "--json"));
    const { port } = new URL(url);
    const second = spawnGateway("--port", port);
    expect(await second.exited).toBe(1);
    expect(second.stderr()).toBe(
      `The gateway failed: port ${port} of 127.0.0.1 is in use by another program. Stop that program, or select another port with --port (0 selects a free one).\n`,
    );
  });

  it("the machine does not have the address", async () => {
    const running = spawnGateway("--port", "0", "--host", "192.0.2.1");
    expect(await running.exited).toBe(1);
    expect(running.stderr()).toMatch(/does not have the address 192\.0\.2\.1\. Select another one with --host\.\n$/);
  });

  it("the folder of the database does not exist, or the database is a folder", async () => {
    const folder = await temporaryFolder();
    for (const data of [join(folder, "none", "gateway.db"), folder]) {
      const running = spawnGateway("--port", "0", "--data", data);
      expect(await running.exited).toBe(1);
      expect(running.stderr()).toMatch(
        /^The gateway failed: the database .+ cannot be opened: .+\. Check that it is a file in an existing folder and that you may write to it, or choose another file with --data\n$/,
      );
      expect(running.stderr()).toContain(data);
    }
  });

  it("the price file is not readable", async () => {
    const running = spawnGateway("--port", "0", "--prices", "/nowhere/prices.json");
    expect(await running.exited).toBe(1);
    expect(running.stderr()).toMatch(/the price file \/nowhere\/prices\.json is not readable as JSON: ENOENT/);
  });
});

it("says that --sample has no effect on a database with a workspace", async () => {
  const data = join(await temporaryFolder(), "gateway.db");
  const stopped = async (...args: string[]) => {
    const running = spawnGateway("--port", "0", "--json", "--data", data, ...args);
    await listening(running);
    running.process.kill("SIGTERM");
    expect(await running.exited).toBe(0);
    return running.stderr();
  };
  expect(await stopped()).toBe("");
  expect(await stopped("--sample")).toBe(
    `--sample has no effect: ${data} already has a workspace. To get the sample, choose a new file with --data.\n`,
  );
});

it.each([
  [["--version"], `${version}\n`],
  [["--help"], /^Usage: pulumi-dench gateway \[options\]\n/],
  [["-h"], /^Usage: pulumi-dench gateway \[options\]\n/],
])("prints what %s requests, and exits", async (args, output) => {
  const running = spawnGateway(...args);
  expect(await running.exited).toBe(0);
  expect(running.stdout()).toEqual(typeof output === "string" ? output : expect.stringMatching(output));
  expect(running.stderr()).toBe("");
});

it.each([
  ["an unknown flag", ["--prot", "1"]],
  ["a port that is not a number", ["--port", "many"]],
  ["a port out of range", ["--port", "65536"]],
  ["a propagation that is not a number", ["--propagation", "long"]],
  ["an upstream that is not a URL", ["--upstream", "api.example.com"]],
  ["an upstream with a password in its URL", ["--upstream", "https://user:secret@example.com"]],
  ["an upstream on another machine over plain HTTP", ["--upstream", "http://models.example"]],
  ["an origin with a path", ["--cors", "http://localhost:3000/"]],
  ["an origin without a scheme", ["--cors", "localhost:3000"]],
  ["--strict with an upstream", ["--strict", "--upstream", "https://api.example.com"]],
  ["a second command", ["twice"]],
])("exits with 1, one sentence and a reference to --help on %s", async (_what, args) => {
  const running = spawnGateway(...args);
  expect(await running.exited).toBe(1);
  const [problem, reference, ...rest] = running.stderr().split("\n");
  expect(problem).not.toBe("");
  expect([reference, ...rest]).toEqual(['Run "pulumi-dench gateway --help" for the options.', ""]);
  expect(running.stderr()).not.toContain("secret");
});

it("forwards no request to an upstream on this machine through a proxy", async () => {
  const proxy = await scriptedServer({ status: 500 });
  const upstream = await scriptedServer({ status: 200, body: { object: "list", data: [] } });
  for (const name of ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY"]) vi.stubEnv(name, proxy.url);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { baseUrl, gatewayUrl, adminToken } = await listening(
    spawnGateway("--port", "0", "--json", "--upstream", upstream.url),
  );
  const revealed = await fetch(`${baseUrl}/api-keys/primary/reveal`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminToken}` },
  });
  const { key } = z.object({ key: z.string() }).parse(await revealed.json());
  expect((await models(gatewayUrl, key)).status).toBe(200);
  expect(upstream.received).toHaveLength(1);
  expect(proxy.received).toEqual([]);
});

describe("HTTPS_PROXY", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("is an error if it has no host and the upstream needs it", async () => {
    vi.stubEnv("HTTPS_PROXY", "http://user:hidden-word@:3128");
    const running = spawnGateway("--port", "0", "--upstream", "https://api.example.com");
    expect(await running.exited).toBe(1);
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
