import { once } from "node:events";
import { connect } from "node:net";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { MAX_CHAT_BYTES } from "../../../gateway/data-plane/api";
import { all, clientOf, user } from "./clients";

const model = "dench-local-echo";

describe("OpenAI's client with the echo model", () => {
  it("lists the only model", async () => {
    const { openai, usage } = await clientOf();
    expect((await openai.models.list()).data).toMatchObject([{ id: model, object: "model" }]);
    expect(await usage()).toEqual({ requests: 1, costUsd: 0 });
  });

  it("receives the last message of the user, the token usage and its cost", async () => {
    const { openai, usage } = await clientOf({ prices: { [model]: { input: 1_000_000, output: 1000 } } });
    const response = await openai.chat.completions.create({
      model,
      messages: [
        { role: "system", content: "be brief" },
        { role: "user", content: "first" },
        { role: "assistant", content: "first" },
        {
          role: "user",
          content: [
            { type: "text", text: "hello, " },
            { type: "text", text: "wörld" },
          ],
        },
      ],
    });
    expect(response.choices).toEqual([
      { index: 0, message: { role: "assistant", content: "hello, wörld" }, finish_reason: "stop" },
    ]);
    const texts = ["system", "be brief", "user", "first", "assistant", "first", "user", "hello, wörld"];
    const prompt = 3 + 4 * 3 + texts.reduce((sum, text) => sum + encode(text).length, 0);
    const completion = encode("hello, wörld").length;
    expect(response.usage).toEqual({
      prompt_tokens: prompt,
      completion_tokens: completion,
      total_tokens: prompt + completion,
    });
    const { requests, costUsd } = await usage();
    expect(requests).toBe(1);
    expect(costUsd).toBeCloseTo(prompt + completion / 1000, 6);
  });

  it("receives a stream word by word at the same cost, and the usage if it is requested", async () => {
    const { openai, usage } = await clientOf({ prices: { [model]: { input: 1_000_000, output: 1_000_000 } } });
    const messages = user(" two  words\n");
    const whole = await openai.chat.completions.create({ model, messages });
    const cost = (await usage()).costUsd;
    expect(cost).toBe(whole.usage?.total_tokens);

    const plain = await openai.chat.completions.create({ model, messages, stream: true });
    const chunks = await all(plain);
    expect(chunks.map(({ choices }) => [choices[0]?.delta.content, choices[0]?.finish_reason])).toEqual([
      ["", null],
      [" two", null],
      ["  words", null],
      ["\n", null],
      [undefined, "stop"],
    ]);
    expect(chunks.every((chunk) => chunk.object === "chat.completion.chunk" && !("usage" in chunk))).toBe(true);
    expect(await usage()).toEqual({ requests: 2, costUsd: 2 * cost });

    const withUsage = await openai.chat.completions.create({
      model,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    const last = (await all(withUsage)).at(-1);
    expect(last).toMatchObject({ choices: [], usage: whole.usage });
    expect(await usage()).toEqual({ requests: 3, costUsd: 3 * cost });
  });

  it("receives no more tokens than requested, and only whole characters", async () => {
    const { openai } = await clientOf();
    const messages = user("one two three 🦄🦄🦄 four");
    for (const limit of [1, 2, 4, 5, 6, 100]) {
      for (const name of ["max_tokens", "max_completion_tokens"]) {
        const { choices, usage } = await openai.chat.completions.create({ model, messages, [name]: limit });
        const content = choices[0]?.message.content ?? expect.fail();
        expect("one two three 🦄🦄🦄 four".startsWith(content)).toBe(true);
        expect(content).not.toMatch(/\p{Surrogate}/u);
        expect(choices[0]?.finish_reason).toBe(limit === 100 ? "stop" : "length");
        const tokens = encode(content).length;
        expect(usage?.completion_tokens).toBe(tokens);
        expect(tokens).toBeLessThanOrEqual(limit);
        const [next] = "one two three 🦄🦄🦄 four".slice(content.length);
        if (next) expect(encode(content + next).length).toBeGreaterThan(limit);
      }
    }
  });

  it("throws its own error classes", async () => {
    const { openai, gateway, key, revoke } = await clientOf();
    const create = (client: OpenAI, request = {}) =>
      client.chat.completions.create({ model, messages: user("hello"), ...request }).catch((error: unknown) => error);

    const unknownModel = await create(openai, { model: "gpt-4o" });
    expect(unknownModel).toBeInstanceOf(OpenAI.NotFoundError);
    expect(unknownModel).toMatchObject({ code: "model_not_found", param: "model", type: "invalid_request_error" });

    const malformed = await create(openai, { messages: [] });
    expect(malformed).toBeInstanceOf(OpenAI.BadRequestError);
    expect(malformed).toMatchObject({ code: "invalid_request", param: "messages" });

    const { key: reader } = await gateway.call("POST", "/api-keys", { name: "reader", scopes: ["models:read"] });
    const unscoped = await create(openai.withOptions({ apiKey: reader }));
    expect(unscoped).toBeInstanceOf(OpenAI.PermissionDeniedError);
    expect(unscoped).toMatchObject({ code: "insufficient_scope" });

    const notFound = await openai.files.list().catch((error: unknown) => error);
    expect(notFound).toBeInstanceOf(OpenAI.NotFoundError);
    expect(notFound).toMatchObject({ code: "not_found" });

    await revoke();
    const revoked = await create(openai);
    expect(revoked).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(revoked).toMatchObject({ code: "invalid_gateway_api_key", type: "invalid_request_error", param: null });
    expect(JSON.stringify(revoked)).not.toContain(key);
  });
});

it("counts malformed requests at no cost, and does not count rejected requests", async () => {
  const { gateway, key, usage, openai } = await clientOf();
  const send = (body: string) =>
    fetch(`${gateway.gateway.gatewayUrl}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
      body,
    });
  expect((await send("{")).status).toBe(400);
  expect((await send("[]")).status).toBe(400);
  expect((await send(JSON.stringify({ model, messages: user("x".repeat(MAX_CHAT_BYTES)) }))).status).toBe(413);
  await openai
    .withOptions({ apiKey: "dg_live_unknown" })
    .models.list()
    .catch(() => {});
  expect(await usage()).toEqual({ requests: 2, costUsd: 0 });
});

it("checks the key again after the body has arrived", async () => {
  const { gateway, key, revoke, usage } = await clientOf();
  const { hostname, port } = new URL(gateway.gateway.url);
  const socket = connect(Number(port), hostname).setEncoding("utf8");
  const body = JSON.stringify({ model, messages: user("late") });
  socket.write(`POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n`);
  socket.write(`Content-Length: ${body.length}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n`);
  // The interim response shows that the gateway is reading the request.
  expect((await once(socket, "data")).join()).toContain("100 Continue");
  await revoke();
  socket.write(body);
  const response = (await socket.toArray()).join("");
  expect(response).toContain(" 401 ");
  expect(response).toContain("invalid_gateway_api_key");
  expect(await usage()).toEqual({ requests: 0, costUsd: 0 });
});

it("streams at the pace of the client, and charges the chunks sent before it disconnects, once", async () => {
  const { openai, usage } = await clientOf({ prices: { [model]: { input: 0, output: 1_000_000 } } });
  const words = "word ".repeat(200_000);
  const stream = await openai.chat.completions.create({ model, messages: user(words), stream: true });
  let read = 0;
  for await (const { choices } of stream) {
    read += choices[0]?.delta.content ? 1 : 0;
    if (read === 100) break;
  }
  const used = await finalUsage();
  expect(used.requests).toBe(1);
  expect(used.costUsd).toBeGreaterThanOrEqual(100);
  expect(used.costUsd).toBeLessThan(100_000);

  async function finalUsage() {
    for (;;) {
      const now = await usage();
      if (now.costUsd > 0) return now;
    }
  }
});
