import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import * as contract from "../../../contract";
import { temporaryFolder } from "../../support/folder";
import { listening, spawnGateway } from "../gateway-process";
import { all, openaiOf, user } from "./clients";
import { delta, done, manualUpstream } from "./manual-upstream";

const messages = user("one two three");

/** Starts a gateway in its own process, creates a key, and opens the database. */
async function running(...args: string[]) {
  const folder = await temporaryFolder();
  const data = join(folder, "gateway.db");
  const gateway = spawnGateway("--port", "0", "--json", "--data", data, ...args);
  const { url, baseUrl, gatewayUrl, adminToken } = await listening(gateway);
  const made = await fetch(`${baseUrl}/api-keys`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminToken}` },
    body: JSON.stringify({ name: "app" }),
  });
  const { id, key } = contract.CreatedKey.parse(await made.json());
  const database = new DatabaseSync(data);
  onTestFinished(() => database.close());
  return {
    gateway,
    url,
    key,
    openai: openaiOf(gatewayUrl, key),
    database,
    onDisk() {
      const row = database.prepare("SELECT requests, cost_usd FROM usage WHERE key_id = ?").get(id);
      return { requests: Number(row?.["requests"] ?? 0), costUsd: Number(row?.["cost_usd"] ?? 0) };
    },
    async kill() {
      gateway.process.kill("SIGKILL");
      await gateway.exited;
    },
  };
}

/** Starts such a gateway, and a stream whose first text has arrived. */
async function streaming() {
  const upstream = await manualUpstream();
  const client = await running("--upstream", upstream.url);
  const requested = upstream.next();
  const created = client.openai.chat.completions.create({ model: "gpt-test", messages, stream: true });
  const response = await requested;
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(delta("one"));
  const chunks = (await created)[Symbol.asyncIterator]();
  expect((await chunks.next()).value?.choices[0]?.delta.content).toBe("one");
  return { ...client, response, chunks };
}

describe("a killed gateway", () => {
  it("has on disk every request that it responded to, of many concurrent ones", async () => {
    const { openai, onDisk, kill } = await running();
    let responses = 0;
    const send = async () => {
      for (;;) {
        await openai.models.list();
        responses += 1;
        if (responses === 100) return kill();
      }
    };
    // The other requests fail when the gateway is killed.
    await Promise.allSettled(Array.from({ length: 16 }, send));
    expect(responses).toBeGreaterThanOrEqual(100);
    expect(onDisk().requests).toBeGreaterThanOrEqual(responses);
  });

  it("has on disk the cost of a stream that has ended", async () => {
    const { openai, onDisk, kill } = await running();
    await all(await openai.chat.completions.create({ model: "dench-local-echo", messages, stream: true }));
    await kill();
    expect(onDisk().requests).toBe(1);
    expect(onDisk().costUsd).toBeGreaterThan(0);
  });
});

// The lock delays the write. A response that did not wait for the write would arrive before the gateway logs the failure.
describe("while the database is locked, the gateway logs that usage is not on disk before", () => {
  const logged = /^Usage is kept in memory because it cannot be written: database is locked\.\n/;

  it("the response to a request", async () => {
    const { gateway, openai, database, kill } = await running();
    database.exec("BEGIN IMMEDIATE");
    await openai.models.list();
    await kill();
    expect(gateway.stderr()).toMatch(logged);
  });

  it("the end of a stream", async () => {
    const { gateway, database, response, chunks, kill } = await streaming();
    database.exec("BEGIN IMMEDIATE");
    response.write(done);
    expect((await chunks.next()).done).toBe(true);
    await kill();
    expect(gateway.stderr()).toMatch(logged);
  });

  it("a response that is not a stream", async () => {
    const upstream = await manualUpstream();
    const { gateway, openai, database, kill } = await running("--upstream", upstream.url);
    const requested = upstream.next();
    const created = openai.chat.completions.create({ model: "gpt-test", messages });
    const response = await requested;
    database.exec("BEGIN IMMEDIATE");
    response.setHeader("content-type", "application/json").end('{"choices":[]}');
    await created;
    await kill();
    expect(gateway.stderr()).toMatch(logged);
  });
});

it.each(["destroy", "resetAndDestroy"] as const)(
  "a stream is charged if its client disconnects (%s) while the gateway shuts down",
  async (disconnect) => {
    const upstream = await manualUpstream();
    const { gateway, url, key, onDisk } = await running("--upstream", upstream.url);
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname).setEncoding("utf8");
    const requested = upstream.next();
    // So long that the gateway is still counting its tokens when the connection is closed.
    const long = user("word ".repeat(200_000));
    const body = JSON.stringify({ model: "gpt-test", messages: long, stream: true });
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n`);
    socket.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
    const response = await requested;
    response.writeHead(200, { "content-type": "text/event-stream" }).write(delta("one"));
    let text = "";
    while (!text.includes("one")) text += (await once(socket, "data")).join();
    gateway.process.kill("SIGTERM");
    // The gateway is shutting down once it accepts no more connections.
    while (await listens(Number(port), hostname));
    socket[disconnect]();
    expect(await gateway.exited).toBe(0);
    expect(gateway.stderr()).toBe("");
    expect(onDisk().requests).toBe(1);
    expect(onDisk().costUsd).toBeGreaterThan(0);
  },
);

function listens(port: number, hostname: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, hostname, () => resolve(true));
    socket.on("error", () => resolve(false)).on("connect", () => socket.destroy());
  });
}

it("if an upstream stream fails, the gateway logs one line and the client detects the incomplete stream", async () => {
  const { gateway, response, chunks } = await streaming();
  response.destroy();
  await expect(chunks.next()).rejects.toThrow();
  gateway.process.kill("SIGTERM");
  expect(await gateway.exited).toBe(0);
  expect(gateway.stderr()).toMatch(/^The upstream's stream failed: .+\.\n$/);
  expect(gateway.stdout().trimEnd().split("\n")).toHaveLength(1);
});

it("a stream that cannot be charged is closed before its end", async () => {
  const { gateway, database, response, chunks, kill } = await streaming();
  database.exec("DROP TABLE usage");
  response.end(done);
  await expect(chunks.next()).rejects.toThrow();
  await kill();
  expect(gateway.stderr()).toBe("A stream could not be charged to its key: no such table: usage.\n");
});
