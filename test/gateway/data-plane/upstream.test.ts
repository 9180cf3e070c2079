import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import OpenAI from "openai";
import { describe, expect, it, onTestFinished } from "vitest";
import { parseUpstreamKey, parseUpstreamUrl } from "../../../gateway/data-plane/upstream";
import { type Answer, scriptedServer } from "../../support/scripted-server";
import { all, clientOf, user } from "./clients";

const model = "gpt-test";
const prices = { [model]: { input: 1_000_000, output: 1_000_000 } };
const upstreamKey = `upstream-${crypto.randomUUID()}`;

const behind = (url: string) => clientOf({ upstream: { url: parseUpstreamUrl(url), key: upstreamKey }, prices });

async function behindAnswer(...answers: Answer[]) {
  const server = await scriptedServer(...answers);
  return { ...(await behind(server.url)), received: server.received };
}

/** An upstream whose answers a test writes by hand. */
async function manualUpstream() {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async next(): Promise<ServerResponse<IncomingMessage>> {
      const [request, response] = await once(server, "request");
      request.resume();
      return response;
    },
  };
}

const delta = (content: string) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model, choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;

const usageChunk = `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model, choices: [], usage: { prompt_tokens: 70, completion_tokens: 7, total_tokens: 77 } })}\n\n`;

const completion = (more: object) => ({
  id: "c",
  object: "chat.completion",
  created: 1,
  model,
  choices: [{ index: 0, message: { role: "assistant", content: "one two" }, finish_reason: "stop" }],
  ...more,
});

describe("with a gateway as the upstream,", () => {
  it("OpenAI's client gets the upstream's answers, and both count the request", async () => {
    const far = await clientOf();
    const { openai, usage } = await clientOf({
      upstream: { url: parseUpstreamUrl(far.gateway.gateway.gatewayUrl), key: far.key },
    });
    expect((await openai.models.list()).data.map(({ id }) => id)).toEqual(["dench-local-echo"]);
    const request = { model: "dench-local-echo", messages: user("there and back") };
    const whole = await openai.chat.completions.create(request);
    expect(whole.choices[0]?.message.content).toBe("there and back");
    const streamed = await all(await openai.chat.completions.create({ ...request, stream: true }));
    expect(streamed.map(({ choices }) => choices[0]?.delta.content ?? "").join("")).toBe("there and back");
    expect(await usage()).toEqual(await far.usage());
    expect((await usage()).requests).toBe(3);
    expect((await usage()).costUsd).toBeGreaterThan(0);

    const unknown = await openai.chat.completions.create({ ...request, model: "other" }).catch((error) => error);
    expect(unknown).toBeInstanceOf(OpenAI.NotFoundError);
    expect(unknown).toMatchObject({ code: "model_not_found" });
  });
});

describe("a request that is passed on", () => {
  it("has the upstream's key and the caller's body to the byte, and nothing else of the caller", async () => {
    const { gateway, key, received } = await behindAnswer({ status: 200, body: completion({}) });
    const body = `{ "model":"${model}", "messages":[{"role":"user","content":"\\u0061"}],"seed": 1.0, "x-new": [] }`;
    const answer = await fetch(`${gateway.gateway.gatewayUrl}/v1/chat/completions?secret=${key}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${key}`,
        cookie: `session=${key}`,
        "openai-organization": "org",
        "x-api-key": key,
      },
      body,
    });
    expect(answer.status).toBe(200);
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ method: "POST", path: "/v1/chat/completions", body });
    const { host, connection, "content-length": _length, ...headers } = received[0]?.headers ?? {};
    expect(headers).toEqual({
      accept: "application/json, text/event-stream",
      "accept-encoding": "identity",
      authorization: `Bearer ${upstreamKey}`,
      "content-type": "application/json",
    });
    expect(JSON.stringify(received)).not.toContain(key);
  });

  it("is refused here, and not passed on, with a key that does not open it", async () => {
    const { openai, revoke, received } = await behindAnswer({ status: 200 });
    await revoke();
    const refused = await openai.chat.completions.create({ model, messages: user("x") }).catch((error) => error);
    expect(refused).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(received).toEqual([]);
  });
});

describe("an upstream's answer", () => {
  it("costs what it reports, or else what we count", async () => {
    const reported = await behindAnswer({
      status: 200,
      body: completion({ usage: { prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 } }),
    });
    await reported.openai.chat.completions.create({ model, messages: user("x") });
    expect(await reported.usage()).toEqual({ requests: 1, costUsd: 11 });

    const silent = await behindAnswer({ status: 200, body: completion({}) });
    await silent.openai.chat.completions.create({ model, messages: user("x") });
    // 3 and 3 for the form, one for each of "user" and "x", two for "one two".
    expect(await silent.usage()).toEqual({ requests: 1, costUsd: 10 });
  });

  it("that refuses is passed on with the headers that tell when to come back, and counts at no cost", async () => {
    const { openai, usage } = await behindAnswer({
      status: 429,
      headers: { "retry-after": "7", "set-cookie": "a=b", "x-ratelimit-remaining-requests": "0", server: "x" },
      body: { error: { message: "slow down", type: "requests", param: null, code: "rate_limit_exceeded" } },
    });
    const refused = await openai.chat.completions.create({ model, messages: user("x") }).catch((error) => error);
    expect(refused).toBeInstanceOf(OpenAI.RateLimitError);
    expect(refused.code).toBe("rate_limit_exceeded");
    const { headers } = refused;
    expect(
      ["retry-after", "x-ratelimit-remaining-requests", "set-cookie", "server"].map((n) => headers.get(n)),
    ).toEqual(["7", "0", null, null]);
    expect(await usage()).toEqual({ requests: 1, costUsd: 0 });
  });

  it.each([401, 403])(
    "%i is about the gateway's key, not the caller's, and its words are kept back",
    async (status) => {
      const { openai } = await behindAnswer({ status, body: { error: { message: `bad key ${upstreamKey}` } } });
      const refused = await openai.chat.completions.create({ model, messages: user("x") }).catch((error) => error);
      expect(refused).toMatchObject({ status: 502, code: "upstream_refused" });
      expect(JSON.stringify(refused)).not.toContain(upstreamKey);
    },
  );

  it.each<[string, Answer]>([
    ["a reset connection", "reset"],
    ["half a body", "half a body"],
    ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:1/" } }],
  ])("that is none (%s) is 502, and counts at no cost", async (_what, answer) => {
    const { openai, usage } = await behindAnswer(answer);
    for (const ask of [
      () => openai.models.list(),
      () => openai.chat.completions.create({ model, messages: user("x") }),
    ]) {
      const failed = await ask().then(
        () => expect.fail(),
        (error: unknown) => error,
      );
      expect(failed).toMatchObject({ status: 502, code: "upstream_unavailable", type: "server_error" });
    }
    expect(await usage()).toEqual({ requests: 2, costUsd: 0 });
  });

  it("from an address where nobody listens is 502", async () => {
    const { openai } = await behind("http://127.0.0.1:1");
    const failed = await openai.models.list().catch((error: unknown) => error);
    expect(failed).toMatchObject({ status: 502, code: "upstream_unavailable" });
  });
});

describe("a stream of an upstream", () => {
  async function opened(options: { include_usage?: boolean } = {}) {
    const upstream = await manualUpstream();
    const client = await behind(upstream.url);
    const asked = upstream.next();
    const abort = new AbortController();
    const asking = client.openai.chat.completions.create(
      { model, messages: user("x"), stream: true, ...(options.include_usage ? { stream_options: options } : {}) },
      { signal: abort.signal },
    );
    const response = await asked;
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    const chunks = (await asking)[Symbol.asyncIterator]();
    const nextContent = async () => (await chunks.next()).value?.choices[0]?.delta.content;
    return { ...client, upstream, response, chunks, nextContent, abort };
  }

  it("passes as it comes: each piece is read here before the next one is written there", async () => {
    const { response, chunks, nextContent, usage } = await opened();
    for (const content of ["one", " two", " three"]) {
      response.write(delta(content));
      expect(await nextContent()).toBe(content);
    }
    // Two pieces of one event.
    response.write(delta(" four").slice(0, 20));
    response.write(`${delta(" four").slice(20)}data: [DONE]\n\n`);
    expect(await nextContent()).toBe(" four");
    expect((await chunks.next()).done).toBe(true);
    // 8 for the prompt, 4 for the answer: counted before the client has seen the end, though the upstream has not ended yet.
    expect(await usage()).toEqual({ requests: 1, costUsd: 12 });
    response.end();
  });

  it("costs what it reports, where the client asks for it", async () => {
    const { response, chunks, nextContent, usage } = await opened({ include_usage: true });
    response.end(`${delta("one")}${usageChunk}data: [DONE]\n\n`);
    expect(await nextContent()).toBe("one");
    expect((await chunks.next()).value).toMatchObject({ usage: { total_tokens: 77 } });
    expect((await chunks.next()).done).toBe(true);
    expect(await usage()).toEqual({ requests: 1, costUsd: 77 });
  });

  it("whose client hangs up is ended there too, and costs what came until then, once", async () => {
    const { openai, upstream, response, nextContent, abort, usage } = await opened();
    response.write(delta("one"));
    expect(await nextContent()).toBe("one");
    const gone = once(response, "close");
    abort.abort();
    await gone;
    await charged(usage, 9);
    const next = upstream.next();
    const listed = openai.models.list();
    (await next).end('{"object":"list","data":[]}');
    await listed;
    expect(await usage()).toEqual({ requests: 2, costUsd: 9 });
  });

  it("goes on for a key that is revoked in the middle, whose next request is refused and whose usage stays", async () => {
    const { response, chunks, nextContent, openai, revoke, usage } = await opened();
    response.write(delta("one"));
    expect(await nextContent()).toBe("one");
    await revoke();
    expect(await openai.models.list().catch((error: unknown) => error)).toBeInstanceOf(OpenAI.AuthenticationError);
    response.end(`${delta(" two")}data: [DONE]\n\n`);
    expect(await nextContent()).toBe(" two");
    expect((await chunks.next()).done).toBe(true);
    expect(await usage()).toEqual({ requests: 1, costUsd: 10 });
  });

  it("that breaks off breaks off here too, and costs what came until then", async () => {
    const { response, chunks, nextContent, usage } = await opened();
    response.write(delta("one"));
    expect(await nextContent()).toBe("one");
    response.destroy();
    await expect(chunks.next()).rejects.toThrow();
    await charged(usage, 9);
  });

  it("whose client hangs up before it begins is ended there too", async () => {
    const upstream = await manualUpstream();
    const { openai, usage } = await behind(upstream.url);
    const abort = new AbortController();
    const asked = upstream.next();
    const asking = openai.chat.completions
      .create({ model, messages: user("x"), stream: true }, { signal: abort.signal })
      .catch((error: unknown) => error);
    const gone = once(await asked, "close");
    abort.abort();
    await gone;
    expect(await asking).toBeInstanceOf(OpenAI.APIUserAbortError);
    expect(await usage()).toEqual({ requests: 1, costUsd: 0 });
  });
});

/** Waits until there is a cost, which has to be this one, of one request. */
async function charged(usage: () => Promise<{ requests: number; costUsd: number }>, costUsd: number): Promise<void> {
  for (;;) {
    const used = await usage();
    if (used.costUsd === 0) continue;
    expect(used).toEqual({ requests: 1, costUsd });
    return;
  }
}

it("a key that no header can hold is refused, and not shown", () => {
  expect(parseUpstreamKey("sk-1")).toBe("sk-1");
  expect(parseUpstreamKey("")).toBeUndefined();
  expect(() => parseUpstreamKey("sk-1\nsk-2")).toThrow(/^(?!.*sk-).*DENCH_UPSTREAM_KEY/s);
});

describe("the upstream's address", () => {
  it.each([
    ["https://api.example.com", "https://api.example.com/v1"],
    ["https://api.example.com/", "https://api.example.com/v1"],
    ["https://api.example.com/v1", "https://api.example.com/v1"],
    ["http://localhost:11434/v1/", "http://localhost:11434/v1"],
    ["https://example.com/openai/v1", "https://example.com/openai/v1"],
    ["https://example.com/openai", "https://example.com/openai/v1"],
  ])("%s stands for %s", (text, url) => {
    expect(parseUpstreamUrl(text).href).toBe(url);
  });

  it.each(["", "api.example.com", "ftp://example.com", "https://u:p@example.com", "https://example.com?key=1"])(
    "cannot be %j",
    (text) => {
      expect(() => parseUpstreamUrl(text)).toThrow(/^the upstream's URL/);
    },
  );
});
