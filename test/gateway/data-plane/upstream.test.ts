import { once } from "node:events";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { parseUpstreamKey, parseUpstreamUrl, proxyForUpstream } from "../../../gateway/data-plane/upstream";
import type { GatewayOptions } from "../../../gateway/gateway";
import { type ScriptedResponse, scriptedServer } from "../../support/scripted-server";
import { all, clientOf, user } from "./clients";
import { delta, done, manualUpstream, usageEvent } from "./manual-upstream";

const model = "gpt-test";
const prices = { [model]: { input: 1_000_000, output: 1_000_000 } };
const upstreamKey = `upstream-${crypto.randomUUID()}`;

const behind = (url: string, more: Partial<GatewayOptions> = {}) =>
  clientOf({ upstream: { url: parseUpstreamUrl(url), key: upstreamKey }, prices, ...more });

async function behindResponses(...responses: ScriptedResponse[]) {
  const server = await scriptedServer(...responses);
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

describe("with a gateway as the upstream", () => {
  it("OpenAI's client receives the upstream's responses, and both gateways count the requests", async () => {
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

describe("a forwarded request", () => {
  it("has the upstream key and the exact bytes of the body, and nothing else of the client", async () => {
    const { gateway, key, received } = await behindResponses({ status: 200, body: completion({}) });
    const body = `{ "model":"${model}", "messages":[{"role":"user","content":"\\u0061"}],"seed": 1.0, "x-new": [] }`;
    const response = await fetch(`${gateway.gateway.gatewayUrl}/v1/chat/completions?secret=${key}`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${key}`,
        cookie: `session=${key}`,
        "openai-organization": "org",
        "x-api-key": key,
      },
      body,
    });
    expect(response.status).toBe(200);
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

  it("is rejected, and not forwarded, if the key is revoked", async () => {
    const { openai, revoke, received } = await behindResponses({ status: 200 });
    await revoke();
    const refused = await openai.chat.completions.create({ model, messages: user("x") }).catch((error) => error);
    expect(refused).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(received).toEqual([]);
  });
});

describe("an upstream response", () => {
  it("costs the usage that it reports, or else the tokens that the gateway counts", async () => {
    const reported = await behindResponses({
      status: 200,
      body: completion({ usage: { prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 } }),
    });
    await reported.openai.chat.completions.create({ model, messages: user("x") });
    expect(await reported.usage()).toEqual({ requests: 1, costUsd: 11 });

    const silent = await behindResponses({ status: 200, body: completion({}) });
    await silent.openai.chat.completions.create({ model, messages: user("x") });
    // 3 per message and 3 per response, 1 each for "user" and "x", 2 for "one two".
    expect(await silent.usage()).toEqual({ requests: 1, costUsd: 10 });
  });

  it("adds its tokens to the usage of the key, also if they are free", async () => {
    const reported = { prompt_tokens: 5, completion_tokens: 6, total_tokens: 11 };
    const { gateway, openai } = await behindResponses({ status: 200, body: completion({ usage: reported }) });
    const free = { ...prices, free: { input: 0, output: 0 } };
    const other = await behind((await scriptedServer({ status: 200, body: completion({ usage: reported }) })).url, {
      prices: free,
    });
    for (const [client, name, costUsd] of [
      [{ gateway, openai }, model, 11],
      [other, "free", 0],
    ] as const) {
      await client.openai.chat.completions.create({ model: name, messages: user("x") });
      const [key] = await client.gateway.keys();
      const used = { requests: 1, costUsd, inputTokens: 5, outputTokens: 6 };
      const usage = await client.gateway.call("GET", `/api-keys/${key?.id}/usage?days=1`);
      expect(usage).toMatchObject({ ...used, days: 1, daily: [used] });
    }
  });

  it("with an error status is forwarded with its retry headers, and counted at no cost", async () => {
    const { openai, usage } = await behindResponses({
      status: 429,
      headers: {
        "retry-after": "7",
        "retry-after-ms": "6500",
        "set-cookie": "a=b",
        "x-ratelimit-remaining-requests": "0",
        server: "x",
      },
      body: { error: { message: "slow down", type: "requests", param: null, code: "rate_limit_exceeded" } },
    });
    const refused = await openai.chat.completions.create({ model, messages: user("x") }).catch((error) => error);
    expect(refused).toBeInstanceOf(OpenAI.RateLimitError);
    expect(refused.code).toBe("rate_limit_exceeded");
    const { headers } = refused;
    expect(
      ["retry-after", "retry-after-ms", "x-ratelimit-remaining-requests", "set-cookie", "server"].map((n) =>
        headers.get(n),
      ),
    ).toEqual(["7", "6500", "0", null, null]);
    expect(await usage()).toEqual({ requests: 1, costUsd: 0 });
  });

  it.each([401, 403])(
    "with status %i concerns the upstream key, so the client receives 502 without the body",
    async (status) => {
      const { openai } = await behindResponses({ status, body: { error: { message: `bad key ${upstreamKey}` } } });
      const refused = await openai.chat.completions.create({ model, messages: user("x") }).catch((error) => error);
      expect(refused).toMatchObject({ status: 502, code: "upstream_refused" });
      expect(JSON.stringify(refused)).not.toContain(upstreamKey);
    },
  );

  it("with status 401 and an endless body does not block the request", async () => {
    const { openai, upstream } = await behindManual();
    const requested = upstream.next();
    const result = openai.models.list().catch((error: unknown) => error);
    const response = await requested;
    const closed = once(response, "close");
    response.writeHead(401, { "content-length": "1000" }).write(upstreamKey);
    expect(await result).toMatchObject({ status: 502, code: "upstream_refused" });
    await closed;
  });

  it("with an error in a 200 body costs nothing", async () => {
    const body = { error: { message: "overloaded" } };
    const { openai, usage } = await behindResponses({ status: 200, body });
    await openai.chat.completions.create({ model, messages: user("x") });
    expect(await usage()).toEqual({ requests: 1, costUsd: 0 });
  });

  it("may omit total_tokens", async () => {
    const { openai, usage } = await behindResponses({
      status: 200,
      body: completion({ usage: { prompt_tokens: 5, completion_tokens: 6 } }),
    });
    await openai.chat.completions.create({ model, messages: user("x") });
    expect(await usage()).toEqual({ requests: 1, costUsd: 11 });
  });

  it.each<[string, ScriptedResponse]>([
    ["a reset connection", "reset"],
    ["half a body", "half a body"],
    ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:1/" } }],
  ])("that is invalid (%s) becomes 502, and is counted at no cost", async (_what, invalid) => {
    const { openai, usage } = await behindResponses(invalid);
    for (const send of [
      () => openai.models.list(),
      () => openai.chat.completions.create({ model, messages: user("x") }),
    ]) {
      const failed = await send().then(
        () => expect.fail(),
        (error: unknown) => error,
      );
      expect(failed).toMatchObject({ status: 502, code: "upstream_unavailable", type: "server_error" });
    }
    expect(await usage()).toEqual({ requests: 2, costUsd: 0 });
  });

  it("that is incomplete has another message than a missing one", async () => {
    const messages = [];
    for (const failure of ["half a body", "reset"] as const) {
      const { openai } = await behindResponses(failure);
      messages.push(await openai.models.list().catch((error: Error) => error.message));
    }
    expect(messages).toEqual([
      "502 The upstream sent an incomplete response (UND_ERR_SOCKET). Try again later.",
      "502 The upstream did not respond (UND_ERR_SOCKET). Try again later.",
    ]);
  });

  it("of more than 64 MiB becomes 502", async () => {
    const { openai, upstream } = await behindManual();
    const requested = upstream.next();
    const result = openai.models.list().catch((error: unknown) => error);
    const response = await requested;
    const closed = once(response, "close");
    const chunk = Buffer.alloc(1024 * 1024, " ");
    const write = () => {
      while (response.write(chunk));
    };
    response.writeHead(200, { "content-type": "application/json" }).on("drain", write);
    write();
    const failed = await result;
    expect(failed).toMatchObject({ status: 502, code: "upstream_unavailable" });
    expect(String(failed)).toContain("67108864 bytes");
    await closed;
  });

  it("from an unreachable address becomes 502", async () => {
    const { openai } = await behind("http://127.0.0.1:1");
    const failed = await openai.models.list().catch((error: unknown) => error);
    expect(failed).toMatchObject({ status: 502, code: "upstream_unavailable" });
  });
});

async function behindManual(more: Partial<GatewayOptions> = {}) {
  const upstream = await manualUpstream();
  return { ...(await behind(upstream.url, more)), upstream };
}

describe("an upstream stream", () => {
  async function opened(
    options: { include_usage?: boolean } = {},
    { type = "text/event-stream", ...more }: Partial<GatewayOptions> & { type?: string } = {},
  ) {
    const { upstream, ...client } = await behindManual(more);
    const requested = upstream.next();
    const abort = new AbortController();
    const result = client.openai.chat.completions.create(
      { model, messages: user("x"), stream: true, ...(options.include_usage ? { stream_options: options } : {}) },
      { signal: abort.signal },
    );
    const response = await requested;
    response.writeHead(200, { "content-type": type });
    response.flushHeaders();
    const chunks = (await result)[Symbol.asyncIterator]();
    const nextContent = async () => (await chunks.next()).value?.choices[0]?.delta.content;
    return { ...client, upstream, response, chunks, nextContent, abort };
  }

  it("is forwarded immediately: the client reads each chunk before the upstream writes the next one", async () => {
    const { response, chunks, nextContent, usage } = await opened();
    for (const content of ["one", " two", " three"]) {
      response.write(delta(content));
      expect(await nextContent()).toBe(content);
    }
    // One event in two chunks.
    response.write(delta(" four").slice(0, 20));
    response.write(`${delta(" four").slice(20)}${done}`);
    expect(await nextContent()).toBe(" four");
    expect((await chunks.next()).done).toBe(true);
    // 8 for the prompt and 4 for the response, counted before the client reads the end, although the upstream is still open.
    expect(await usage()).toEqual({ requests: 1, costUsd: 12 });
    response.end();
  });

  it.each(["Text/Event-Stream", "text/event-stream;charset=utf-8"])(
    "is recognized by the content type %s",
    async (type) => {
      const { response, nextContent } = await opened({}, { type });
      response.write(delta("one"));
      expect(await nextContent()).toBe("one");
      response.end();
    },
  );

  it("with only an error costs nothing", async () => {
    const { response, chunks, usage } = await opened();
    response.end('data: {"error":{"message":"overloaded"}}\n\n');
    await expect(chunks.next()).rejects.toThrow("overloaded");
    expect(await usage()).toEqual({ requests: 1, costUsd: 0 });
  });

  it("is forwarded with an event that is too long to parse, and costs what was counted before it", async () => {
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

  it("counts at the time of its request, for both the day of its cost and the last use of the key", async () => {
    const requestedAt = Date.parse("2026-03-01T23:59:59.900Z");
    let now = requestedAt;
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
    expect(stored).toMatchObject({ last4: key.slice(-4), lastUsedAt: requestedAt, revokedAt: requestedAt + 1000 });
    const { daily } = await gateway.call("GET", `/api-keys/${stored?.id}/usage?days=2`);
    expect(daily).toEqual([
      { date: "2026-03-01", requests: 1, costUsd: 9, inputTokens: 8, outputTokens: 1 },
      { date: "2026-03-02", requests: 0, costUsd: 0, inputTokens: 0, outputTokens: 0 },
    ]);
  });

  it("costs the usage that it reports, if the client requests the usage", async () => {
    const { response, chunks, nextContent, usage } = await opened({ include_usage: true });
    response.end(`${delta("one")}${usageEvent({ prompt_tokens: 70, completion_tokens: 7, total_tokens: 77 })}${done}`);
    expect(await nextContent()).toBe("one");
    expect((await chunks.next()).value).toMatchObject({ usage: { total_tokens: 77 } });
    expect((await chunks.next()).done).toBe(true);
    expect(await usage()).toEqual({ requests: 1, costUsd: 77 });
  });

  it("whose client disconnects is closed at the upstream, and costs what was received until then, once", async () => {
    const { openai, upstream, response, nextContent, abort, usage } = await opened();
    response.write(delta("one"));
    expect(await nextContent()).toBe("one");
    const closed = once(response, "close");
    abort.abort();
    await closed;
    await charged(usage, 9);
    const next = upstream.next();
    const listed = openai.models.list();
    (await next).end('{"object":"list","data":[]}');
    await listed;
    expect(await usage()).toEqual({ requests: 2, costUsd: 9 });
  });

  it("continues after its key is revoked, whose next request is rejected and whose usage remains", async () => {
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

  it("that fails is closed at the client, and costs what was received until then", async () => {
    const { response, chunks, nextContent, usage } = await opened();
    response.write(delta("one"));
    expect(await nextContent()).toBe("one");
    response.destroy();
    await expect(chunks.next()).rejects.toThrow();
    await charged(usage, 9);
  });

  it("whose client disconnects before its start is closed at the upstream", async () => {
    const upstream = await manualUpstream();
    const { openai, usage } = await behind(upstream.url);
    const abort = new AbortController();
    const requested = upstream.next();
    const result = openai.chat.completions
      .create({ model, messages: user("x"), stream: true }, { signal: abort.signal })
      .catch((error: unknown) => error);
    const closed = once(await requested, "close");
    abort.abort();
    await closed;
    expect(await result).toBeInstanceOf(OpenAI.APIUserAbortError);
    expect(await usage()).toEqual({ requests: 1, costUsd: 0 });
  });
});

/** Waits until one request has a cost, and expects this cost. */
async function charged(usage: () => Promise<{ requests: number; costUsd: number }>, costUsd: number): Promise<void> {
  for (;;) {
    const used = await usage();
    if (used.costUsd === 0) continue;
    expect(used).toEqual({ requests: 1, costUsd });
    return;
  }
}

it("rejects an upstream key that is not a valid header value, without showing it", () => {
  expect(parseUpstreamKey("sk-1")).toBe("sk-1");
  expect(parseUpstreamKey("")).toBeUndefined();
  expect(() => parseUpstreamKey("sk-1\nsk-2")).toThrow(/^(?!.*sk-).*DENCH_UPSTREAM_KEY/s);
});

describe("the upstream URL", () => {
  it.each([
    ["https://api.example.com", "https://api.example.com/v1"],
    ["https://api.example.com/", "https://api.example.com/v1"],
    ["https://api.example.com/v1", "https://api.example.com/v1"],
    ["http://localhost:11434/v1/", "http://localhost:11434/v1"],
    ["https://example.com/openai/v1", "https://example.com/openai/v1"],
    ["https://example.com/openai", "https://example.com/openai/v1"],
    ["http://127.0.0.1:11434", "http://127.0.0.1:11434/v1"],
    ["http://[::1]:11434", "http://[::1]:11434/v1"],
  ])("%s becomes %s", (text, url) => {
    expect(parseUpstreamUrl(text).href).toBe(url);
  });

  it.each(["", "api.example.com", "ftp://example.com", "https://u:p@example.com", "https://example.com?key=1"])(
    "rejects %j",
    (text) => {
      expect(() => parseUpstreamUrl(text)).toThrow(/^the upstream URL/);
    },
  );

  it("may start with http:// for another machine only with --insecure-upstream", () => {
    const text = "http://models.example:11434";
    expect(() => parseUpstreamUrl(text)).toThrow(/unencrypted; .* add --insecure-upstream/);
    expect(parseUpstreamUrl(text, { allowHttp: true }).href).toBe("http://models.example:11434/v1");
  });

  it.each([
    ["http://127.0.0.1:11434", undefined],
    ["http://localhost:11434", undefined],
    ["https://[::1]", undefined],
    ["https://api.example.com", "http://proxy.example:3128"],
    ["http://models.example", "http://proxy.example:3128"],
  ])("%s has the proxy %s", (text, uri) => {
    const env = { HTTPS_PROXY: "http://proxy.example:3128", HTTP_PROXY: "http://proxy.example:3128" };
    expect(proxyForUpstream(parseUpstreamUrl(text, { allowHttp: true }), env)?.uri).toBe(uri);
  });
});
