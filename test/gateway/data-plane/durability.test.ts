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

/** A gateway in a process of its own, with a key, and a look into its database. */
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

/** The same, at the moment at which a stream of an upstream has brought its first text. */
async function streaming() {
  const upstream = await manualUpstream();
  const client = await running("--upstream", upstream.url);
  const asked = upstream.next();
  const asking = client.openai.chat.completions.create({ model: "gpt-test", messages, stream: true });
  const response = await asked;
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(delta("one"));
  const chunks = (await asking)[Symbol.asyncIterator]();
  expect((await chunks.next()).value?.choices[0]?.delta.content).toBe("one");
  return { ...client, response, chunks };
}

describe("a gateway that is killed", () => {
  it("at the sight of an answer has every request on disk that was answered, of many at a time", async () => {
    const { openai, onDisk, kill } = await running();
    let answered = 0;
    const ask = async () => {
      for (;;) {
        await openai.models.list();
        answered += 1;
        if (answered === 100) return kill();
      }
    };
    // The others end when the gateway does.
    await Promise.allSettled(Array.from({ length: 16 }, ask));
    expect(answered).toBeGreaterThanOrEqual(100);
    expect(onDisk().requests).toBeGreaterThanOrEqual(answered);
  });

  it("at the end of a stream has its cost on disk", async () => {
    const { openai, onDisk, kill } = await running();
    await all(await openai.chat.completions.create({ model: "dench-local-echo", messages, stream: true }));
    await kill();
    expect(onDisk().requests).toBe(1);
    expect(onDisk().costUsd).toBeGreaterThan(0);
  });
});

// A write is held up by a lock; an answer that does not wait for it comes before the gateway has learned of that.
describe("while the database is locked, no answer comes before it has been said that it is not on disk:", () => {
  const isTold = /^Uses of keys wait in memory: they cannot be written \(database is locked\)\.\n/;

  it("of a request", async () => {
    const { gateway, openai, database, kill } = await running();
    database.exec("BEGIN IMMEDIATE");
    await openai.models.list();
    await kill();
    expect(gateway.stderr()).toMatch(isTold);
  });

  it("of the end of a stream", async () => {
    const { gateway, database, response, chunks, kill } = await streaming();
    database.exec("BEGIN IMMEDIATE");
    response.write(done);
    expect((await chunks.next()).done).toBe(true);
    await kill();
    expect(gateway.stderr()).toMatch(isTold);
  });

  it("of an answer in one piece", async () => {
    const upstream = await manualUpstream();
    const { gateway, openai, database, kill } = await running("--upstream", upstream.url);
    const asked = upstream.next();
    const asking = openai.chat.completions.create({ model: "gpt-test", messages });
    const response = await asked;
    database.exec("BEGIN IMMEDIATE");
    response.setHeader("content-type", "application/json").end('{"choices":[]}');
    await asking;
    await kill();
    expect(gateway.stderr()).toMatch(isTold);
  });
});

it.each(["destroy", "resetAndDestroy"] as const)(
  "a stream whose client hangs up (%s) while the gateway ends is charged",
  async (hangUp) => {
    const upstream = await manualUpstream();
    const { gateway, url, key, onDisk } = await running("--upstream", upstream.url);
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname).setEncoding("utf8");
    const asked = upstream.next();
    // So long that its tokens are still being counted when the connection is gone.
    const long = user("word ".repeat(200_000));
    const body = JSON.stringify({ model: "gpt-test", messages: long, stream: true });
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\n`);
    socket.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
    const response = await asked;
    response.writeHead(200, { "content-type": "text/event-stream" }).write(delta("one"));
    let text = "";
    while (!text.includes("one")) text += (await once(socket, "data")).join();
    gateway.process.kill("SIGTERM");
    // It has begun to end when it takes no more connections.
    while (await listens(Number(port), hostname));
    socket[hangUp]();
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

it("an upstream that breaks off in a stream is told of in one line, and the client sees that it is not whole", async () => {
  const { gateway, response, chunks } = await streaming();
  response.destroy();
  await expect(chunks.next()).rejects.toThrow();
  gateway.process.kill("SIGTERM");
  expect(await gateway.exited).toBe(0);
  expect(gateway.stderr()).toMatch(/^The upstream's stream broke off: .+\.\n$/);
  expect(gateway.stdout().trimEnd().split("\n")).toHaveLength(1);
});

it("a stream that cannot be charged, for a reason that will not pass, breaks off before its end", async () => {
  const { gateway, database, response, chunks, kill } = await streaming();
  database.exec("DROP TABLE usage");
  response.end(done);
  await expect(chunks.next()).rejects.toThrow();
  await kill();
  expect(gateway.stderr()).toBe("A stream could not be charged to its key: no such table: usage.\n");
});
