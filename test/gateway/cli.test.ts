import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import { projectRoot } from "../support/project";

const Addresses = z.strictObject({
  url: z.string(),
  baseUrl: z.string(),
  gatewayUrl: z.string(),
  adminToken: z.string(),
  memberToken: z.string(),
});

interface Running {
  readonly process: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly exited: Promise<number | null>;
}

function gateway(...args: string[]): Running {
  const child = spawn(process.execPath, [join(projectRoot, "dist/gateway/cli.js"), "gateway", ...args]);
  onTestFinished(() => void child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { process: child, stdout: () => stdout, stderr: () => stderr, exited };
}

async function listening(running: Running) {
  while (!running.stdout().includes("\n")) {
    if (!running.process.stdout) throw new Error("no stdout");
    await Promise.race([
      once(running.process.stdout, "data"),
      running.exited.then(() => Promise.reject(new Error(running.stderr()))),
    ]);
  }
  return Addresses.parse(JSON.parse(running.stdout()));
}

const models = (gatewayUrl: string, key: string) =>
  fetch(`${gatewayUrl}/v1/models`, { headers: { authorization: `Bearer ${key}` } });

it("prints one line of JSON when it listens on 127.0.0.1, and nothing more", async () => {
  const running = gateway("--port", "0", "--json");
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

it.each(["SIGTERM", "SIGINT"] as const)("loses nothing when %s ends it", async (signal) => {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-dench-cli-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const data = join(folder, "gateway.db");

  const first = gateway("--port", "0", "--json", "--data", data);
  const before = await listening(first);
  const created = await fetch(`${before.baseUrl}/api-keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${before.adminToken}` },
    body: JSON.stringify({ name: "kept" }),
  });
  const { key } = z.object({ key: z.string() }).parse(await created.json());
  first.process.kill(signal);
  expect(await first.exited).toBe(0);

  const second = gateway("--port", "0", "--json", "--data", data);
  const after = await listening(second);
  expect(after.adminToken).toBe(before.adminToken);
  expect((await models(after.gatewayUrl, key)).status).toBe(200);
});

it("exits with 1 when the port is taken, and says so", async () => {
  const { url } = await listening(gateway("--port", "0", "--json"));
  const second = gateway("--port", new URL(url).port);
  expect(await second.exited).toBe(1);
  expect(second.stderr()).toContain("EADDRINUSE");
});

it.each([
  ["an unknown flag", ["--prot", "1"]],
  ["a port that is no number", ["--port", "many"]],
  ["a port out of range", ["--port", "65536"]],
  ["a propagation that is no number", ["--propagation", "long"]],
  ["a second command", ["twice"]],
])("exits with 2 at %s, and shows how it is called", async (_what, args) => {
  const running = gateway(...args);
  expect(await running.exited).toBe(2);
  expect(running.stderr()).toContain("Usage: pulumi-dench gateway");
});
