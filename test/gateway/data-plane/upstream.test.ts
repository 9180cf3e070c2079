import { once } from "node:events";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { parseUpstreamKey, parseUpstreamUrl } from "../../../gateway/data-plane/upstream";
import type { GatewayOptions } from "../../../gateway/gateway";
import { type Answer, scriptedServer } from "../../support/scripted-server";
import { all, clientOf, user } from "./clients";
import { delta, done, manualUpstream, usageEvent } from "./manual-upstream";

const model = "gpt-test";
const prices = { [model]: { input: 1_000_000, output: 1_000_000 } };
const upstreamKey = `upstream-${crypto.randomUUID()}`;

const behind = (url: string, more: Partial<GatewayOptions> = {}) =>
  clientOf({ upstream: { url: parseUpstreamUrl(url), key: upstreamKey }, prices, ...more });

async function behindAnswer(...answers: Answer[]) {
  const server = await scriptedServer(...answers);
  return { ...(await behind(server.url)), received: server.received };
}

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

  it("401, whose words never end, is answered all the same", async () => {
    const { openai, upstream } = await behindManual();
    const asked = upstream.next();
    const asking = openai.models.list().catch((error: unknown) => error);
    const response = await asked;
    const left = once(response, "close");
    response.writeHead(401, { "content-length": "1000" }).write(upstreamKey);
    expect(await asking).toMatchObject({ status: 502, code: "upstream_refused" });
    await left;
  });

  it("costs nothing where it is an error, though its status says that all is well", async () => {
    const body = { error: { message: "overloaded" } };
    const { openai, usage } = await behindAnswer({ status: 200, body });
    await openai.chat.completions.create({ model, messages: user("x") });
    expect(await usage()).toEqual({ requests: 1, costUsd: 0 });
  });

  it("may leave the sum of its tokens to the reader", async () => {
    const { openai, usage } = await behindAnswer({
      status: 200,
      body: completion({ usage: { prompt_tokens: 5, completion_tokens: 6 } }),
    });
    await openai.chat.completions.create({ model, messages: user("x") });
    expect(await usage()).toEqual({ requests: 1, costUsd: 11 });
  });

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

  it("that breaks off is said to, and one that does not come as well", async () => {
    const messages = [];
    for (const answer of ["half a body", "reset"] as const) {
      const { openai } = await behindAnswer(answer);
      messages.push(await openai.models.list().catch((error: Error) => error.message));
    }
    expect(messages).toEqual([
      "502 The upstream gave no whole answer (UND_ERR_SOCKET). Try again later.",
      "502 The upstream gave no answer (UND_ERR_SOCKET). Try again later.",
    ]);
  });

  it("of over 64 MiB is 502", async () => {
    const { openai, upstream } = await behindManual();
    const asked = upstream.next();
    const asking = openai.models.list().catch((error: unknown) => error);
    const response = await asked;
    const left = once(response, "close");
    const piece = Buffer.alloc(1024 * 1024, " ");
    const write = () => {
      while (response.write(piece));
    };
    response.writeHead(200, { "content-type": "application/json" }).on("drain", write);
    write();
    const failed = await asking;
    expect(failed).toMatchObject({ status: 502, code: "upstream_unavailable" });
    expect(String(failed)).toContain("67108864 bytes");
    await left;
  });

  it("from an address where nobody listens is 502", async () => {
    const { openai } = await behind("http://127.0.0.1:1");
    const failed = await openai.models.list().catch((error: unknown) => error);
    expect(failed).toMatchObject({ status: 502, code: "upstream_unavailable" });
  });
});

async function behindManual(more: Partial<GatewayOptions> = {}) {
  const upstream = await manualUpstream();
  return { ...(await behind(upstream.url, more)), upstream };
}

describe("a stream of an upstream", () => {
  async function opened(
    options: { include_usage?: boolean } = {},
    { type = "text/event-stream", ...more }: Partial<GatewayOptions> & { type?: string } = {},
  ) {
    const { upstream, ...client } = await behindManual(more);
    const asked = upstream.next();
    const abort = new AbortController();
    const asking = client.openai.chat.completions.create(
      { model, messages: user("x"), stream: true, ...(options.include_usage ? { stream_options: options } : {}) },
      { signal: abort.signal },
    );
    const response = await asked;
    response.writeHead(200, { "content-type": type });
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
    response.write(`${delta(" four").slice(20)}${done}`);
    expect(await nextContent()).toBe(" four");
    expect((await chunks.next()).done).toBe(true);
    // 8 for the prompt, 4 for the answer: counted before the client has seen the end, though the upstream has not ended yet.
    expect(await usage()).toEqual({ requests: 1, costUsd: 12 });
    response.end();
  });

  it.each(["Text/Event-Stream", "text/event-stream;charset=utf-8"])("is one by its type %s too", async (type) => {
    const { response, nextContent } = await opened({}, { type });
    response.write(delta("one"));
    expect(await nextContent()).toBe("one");
    response.end();
  });

  it("that brings nothing but an error costs nothing", async () => {
    const { response, chunks, usage } = await opened();
    response.end('data: {"error":{"message":"overloaded"}}\n\n');
    await expect(chunks.next()).rejects.toThrow("overloaded");
    expect(await usage()).toEqual({ requests: 1, costUsd: 0 });
  });

  it("passes an event that is too long to be read, and costs what was read before it", async () => {
    const { response, chunks, nextContent, usage } = await opened();
    response.write(delta("one"));
    expect(await nextContent()).toBe("one");
    const long = "x".repeat(17 * 1024 * 1024);
    response.write(delta(long));
    expect(await nextContent()).toBe(long);
    response.end(`${delta(" two")}${done}`);
    expect(await nextContent()).toBe(" two");
    expect((await chunks.next()).done).toBe(true);
    expect(await usage()).toEqual({ requests: 1, costUsd: 9 });
  });

  it("belongs to the moment of its request: by its cost's day, and as the key's last use", async () => {
    const asked = Date.parse("2026-03-01T23:59:59.900Z");
    let now = asked;
    const { gateway, key, openai, response, chunks, nextContent, revoke } = await opened({}, { clock: () => now });
    response.write(delta("one"));
    expect(await nextContent()).toBe("one");
    now += 1000;
    await revoke();
    now += 1000;
    response.end(done);
    expect((await chunks.next()).done).toBe(true);
    expect(await openai.models.list().catch((error: unknown) => error)).toMatchObject({ status: 401 });
    const [stored] = await gateway.keys();
    expect(stored).toMatchObject({ last4: key.slice(-4), lastUsedAt: asked, revokedAt: asked + 1000 });
    const { daily } = await gateway.call("GET", `/api-keys/${stored?.id}/usage?days=2`);
    expect(daily).toEqual([
      { date: "2026-03-01", requests: 1, costUsd: 9 },
      { date: "2026-03-02", requests: 0, costUsd: 0 },
    ]);
  });

  it("costs what it reports, where the client asks for it", async () => {
    const { response, chunks, nextContent, usage } = await opened({ include_usage: true });
    response.end(`${delta("one")}${usageEvent({ prompt_tokens: 70, completion_tokens: 7, total_tokens: 77 })}${done}`);
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
    response.end(`${delta(" two")}${done}`);
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
