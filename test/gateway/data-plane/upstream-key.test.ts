import { randomBytes } from "node:crypto";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Redactor } from "../../../gateway/data-plane/redactor";
import { parseUpstreamUrl } from "../../../gateway/data-plane/upstream";
import { all, clientOf, user } from "./clients";
import { delta, done, manualUpstream } from "./manual-upstream";

const model = "gpt-test";

async function behind(upstreamKey: string) {
  const upstream = await manualUpstream();
  const client = await clientOf({ upstream: { url: parseUpstreamUrl(upstream.url), key: upstreamKey } });
  return { ...client, upstream };
}

/** Returns the status, headers and body that a client receives for this upstream response. */
async function received(upstreamKey: string, status: number, headers: Record<string, string>, body: string | Buffer) {
  const { gateway, key, upstream } = await behind(upstreamKey);
  const requested = upstream.next();
  const response = fetch(`${gateway.gateway.gatewayUrl}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify({ model, messages: user("x") }),
  });
  (await requested).writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  const got = await response;
  return { status: got.status, headers: JSON.stringify([...got.headers]), text: await got.text() };
}

const plain = `sk-${randomBytes(16).toString("hex")}`;
const unusual = `sk/${randomBytes(8).toString("hex")}"\\%<&${randomBytes(4).toString("hex")}`;

describe.each([
  ["of letters and digits", plain],
  ["with characters that JSON and URLs escape", unusual],
])("an upstream key %s that the upstream quotes does not reach the client", (_what, upstreamKey) => {
  const message = `Incorrect API key provided: ${upstreamKey}. See https://example.com?key=${encodeURIComponent(upstreamKey)}`;
  const body = JSON.stringify({ error: { message, code: "invalid_api_key" } });

  it.each([200, 400, 404, 429, 500, 503])("in a response with status %i", async (status) => {
    const { text, ...got } = await received(
      upstreamKey,
      status,
      { "x-request-id": `req ${plain} ${upstreamKey}` },
      body,
    );
    expect(got.status).toBe(status);
    expect(JSON.parse(text)).toEqual({
      error: {
        message: "Incorrect API key provided: [upstream key]. See https://example.com?key=[upstream key]",
        code: "invalid_api_key",
      },
    });
    expect(got.headers).not.toContain(upstreamKey);
  });

  it("in JSON that escapes slashes", async () => {
    const { text } = await received(upstreamKey, 400, {}, body.replaceAll("/", "\\/"));
    expect(JSON.parse(text).error.message).toContain("provided: [upstream key].");
  });

  it.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
    ["gzip, br", (text: string) => brotliCompressSync(gzipSync(text))],
  ])("in a body with the encoding %s", async (encoding, encode) => {
    const { status, headers, text } = await received(upstreamKey, 500, { "content-encoding": encoding }, encode(body));
    expect(status).toBe(500);
    expect(headers).not.toContain("content-encoding");
    expect(text).toContain("provided: [upstream key].");
  });

  it("in a stream, whatever the chunks", async () => {
    const text = Buffer.from(`a ${upstreamKey}${upstreamKey} b ${upstreamKey.slice(0, -1)} c`);
    const redacted = `a [upstream key][upstream key] b ${upstreamKey.slice(0, -1)} c`;
    const borders = fc.array(fc.nat(text.length), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(borders, async (given) => {
        const ends = [...given.sort((a, b) => a - b), text.length];
        const chunks = ends.map((end, index) => text.subarray(ends[index - 1] ?? 0, end));
        const out = await all(new Redactor(upstreamKey).stream(inOrder(chunks)));
        expect(Buffer.concat(out).toString()).toBe(redacted);
      }),
    );
  });
});

async function* inOrder<T>(items: readonly T[]): AsyncIterable<T> {
  yield* items;
}

it("a stream is forwarded immediately, without the key that spans two of its chunks", async () => {
  const { openai, upstream } = await behind(plain);
  const requested = upstream.next();
  const created = openai.chat.completions.create({ model, messages: user("x"), stream: true });
  const response = await requested;
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(delta("one"));
  const chunks = (await created)[Symbol.asyncIterator]();
  const next = async () => (await chunks.next()).value?.choices[0]?.delta.content;
  expect(await next()).toBe("one");
  const event = delta(`your key ${plain}`);
  const middle = event.indexOf(plain) + 7;
  response.write(event.slice(0, middle));
  response.write(`${event.slice(middle)}${done}`);
  expect(await next()).toBe("your key [upstream key]");
  response.end();
});

it("a placeholder of fewer than 8 characters is not removed, since it may be a word", async () => {
  const { text } = await received("ollama", 200, {}, JSON.stringify({ text: "ollama" }));
  expect(JSON.parse(text)).toEqual({ text: "ollama" });
});

it("a response with an encoding that the gateway cannot read becomes 502", async () => {
  const { status, text } = await received(plain, 200, { "content-encoding": "zst" }, plain);
  expect(status).toBe(502);
  expect(text).not.toContain(plain);
});

it("a body that is not in its stated encoding becomes 502, and an empty one is forwarded", async () => {
  expect((await received(plain, 200, { "content-encoding": "gzip" }, "not gzip")).status).toBe(502);
  const headers = { "content-encoding": "gzip", "content-length": "0" };
  expect(await received(plain, 500, headers, "")).toMatchObject({ status: 500, text: "" });
});
