import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { parseUpstreamUrl } from "../../../gateway/data-plane/upstream";
import { scriptedServer } from "../../support/scripted-server";
import { all, clientOf, user } from "./clients";
import { manualUpstream } from "./manual-upstream";

const model = "dench-local-echo";
const prices = {
  [model]: { input: 1_000_000, output: 1_000_000 },
  "gpt-test": { input: 1_000_000, output: 1_000_000 },
};

describe("OpenAI's client with the Responses API of the echo model", () => {
  it("receives the last message of the user, the token usage and its cost", async () => {
    const { openai, usage } = await clientOf({ prices });
    const text = await openai.responses.create({ model, input: "hello there" });
    expect(text).toMatchObject({ output_text: "hello there", status: "completed", error: null, model });
    const items = await openai.responses.create({
      model,
      instructions: "be brief",
      input: [
        { role: "user", content: "first" },
        { role: "assistant", content: "first" },
        {
          role: "user",
          content: [
            { type: "input_text", text: "hello, " },
            { type: "input_text", text: "wörld" },
          ],
        },
      ],
    });
    expect(items).toMatchObject({ output_text: "hello, wörld", instructions: "be brief" });
    const totals = [text, items].map((response) => response.usage?.total_tokens ?? 0);
    expect(await usage()).toEqual({ requests: 2, costUsd: (totals[0] ?? 0) + (totals[1] ?? 0) });
  });

  it("has the token counts of a chat with the same texts", async () => {
    const { openai } = await clientOf();
    const chat = await openai.chat.completions.create({ model, messages: user("one two three") });
    const { usage } = await openai.responses.create({ model, input: "one two three" });
    expect([usage?.input_tokens, usage?.output_tokens]).toEqual([
      chat.usage?.prompt_tokens,
      chat.usage?.completion_tokens,
    ]);
  });

  it("receives a stream word by word at the same cost", async () => {
    const { openai, usage } = await clientOf({ prices });
    const input = " two  words\n";
    const whole = await openai.responses.create({ model, input });
    const { costUsd } = await usage();
    const events = await all(await openai.responses.create({ model, input, stream: true }));
    expect(events.map(({ type }) => type)).toEqual([
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.content_part.added",
      ...Array.from({ length: 3 }, () => "response.output_text.delta"),
      "response.output_text.done",
      "response.content_part.done",
      "response.output_item.done",
      "response.completed",
    ]);
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual(events.map((_, index) => index));
    const deltas = events.flatMap((event) => (event.type === "response.output_text.delta" ? [event.delta] : []));
    expect(deltas).toEqual([" two", "  words", "\n"]);
    expect(events.at(-1)).toMatchObject({ response: { status: "completed", usage: whole.usage } });
    expect(await usage()).toEqual({ requests: 2, costUsd: 2 * costUsd });
  });

  it("assembles a stream with its helper", async () => {
    const { openai } = await clientOf();
    const final = await openai.responses.stream({ model, input: "hello there" }).finalResponse();
    expect(final.output_text).toBe("hello there");
  });

  it("receives an incomplete response at the limit of tokens", async () => {
    const { openai } = await clientOf();
    const input = "word ".repeat(100);
    const limited = await openai.responses.create({ model, input, max_output_tokens: 16 });
    expect(limited).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_output_tokens" },
      usage: { output_tokens: 16 },
    });
    const events = await all(await openai.responses.create({ model, input, max_output_tokens: 16, stream: true }));
    expect(events.at(-1)?.type).toBe("response.incomplete");
  });

  it("throws its own error classes", async () => {
    const { openai, gateway, revoke } = await clientOf();
    const create = (client: OpenAI, request: object = {}) =>
      client.post("/responses", { body: { model, input: "x", ...request } }).catch((error: unknown) => error);
    expect(await create(openai, { model: "gpt-5" })).toMatchObject({ status: 404, code: "model_not_found" });
    expect(await create(openai, { input: [] })).toMatchObject({ status: 400, param: "input" });
    const { key: reader } = await gateway.call("POST", "/api-keys", { name: "reader", scopes: ["models:read"] });
    expect(await create(openai.withOptions({ apiKey: reader }))).toMatchObject({
      status: 403,
      error: { message: "The key lacks the scope chat:completions. It has models:read." },
    });
    await revoke();
    expect(await create(openai)).toBeInstanceOf(OpenAI.AuthenticationError);
  });

  it("is refused with too many items", async () => {
    const { openai } = await clientOf();
    const input = Array.from({ length: 2049 }, () => ({ role: "user" as const, content: "x" }));
    const refused = await openai.responses.create({ model, input }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 400, param: "input" });
    expect(String(refused)).toContain("at most 2048 messages");
  });
});

describe("with a gateway as the upstream", () => {
  it("both gateways count the same usage of the Responses API, whole and streamed", async () => {
    const far = await clientOf();
    const { openai, usage } = await clientOf({
      upstream: { url: parseUpstreamUrl(far.gateway.gateway.gatewayUrl), key: far.key },
    });
    const request = { model, input: "there and back" };
    expect((await openai.responses.create(request)).output_text).toBe("there and back");
    const events = await all(await openai.responses.create({ ...request, stream: true }));
    expect(events.at(-1)).toMatchObject({ response: { output: [{ content: [{ text: "there and back" }] }] } });
    expect((await openai.models.retrieve(model)).id).toBe(model);
    expect(await usage()).toEqual(await far.usage());
    expect((await usage()).requests).toBe(3);
    expect((await usage()).costUsd).toBeGreaterThan(0);
  });
});

describe("a response of an upstream's Responses API", () => {
  it("costs the usage that it reports, or else the tokens that the gateway counts", async () => {
    const output = [
      { type: "reasoning", summary: [{ type: "summary_text", text: "one" }] },
      { type: "message", content: [{ type: "output_text", text: " two" }] },
      { type: "function_call", name: " three", arguments: " four" },
    ];
    const body = { object: "response", output, error: null };
    const reported = { ...body, usage: { input_tokens: 5, output_tokens: 6, total_tokens: 11 } };
    const server = await scriptedServer({ status: 200, body: reported }, { status: 200, body });
    const { openai, usage } = await clientOf({ upstream: { url: parseUpstreamUrl(server.url) }, prices });
    const create = () => openai.responses.create({ model: "gpt-test", input: "x" });
    await create();
    expect((await usage()).costUsd).toBe(11);
    await create();
    // 3 per message and 3 per response, 1 each for "user" and "x", 4 for the output.
    expect((await usage()).costUsd).toBe(11 + 12);
  });

  it.each([
    ["with a report in its last event", { usage: { input_tokens: 70, output_tokens: 7 } }, 77],
    ["without a report", {}, 8 + 2],
  ])("costs the same as a stream, %s, before the client reads the end", async (_what, report, cost) => {
    const upstream = await manualUpstream();
    const { openai, usage } = await clientOf({ upstream: { url: parseUpstreamUrl(upstream.url) }, prices });
    const requested = upstream.next();
    const created = openai.responses.create({ model: "gpt-test", input: "x", stream: true });
    const response = await requested;
    const send = (type: string, more: object) =>
      response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`);
    response.writeHead(200, { "content-type": "text/event-stream" });
    send("response.output_text.delta", { delta: "one" });
    const events = (await created)[Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({ delta: "one" });
    send("response.output_text.delta", { delta: " two" });
    await events.next();
    send("response.completed", { response: { error: null, ...report } });
    await events.next();
    expect(await usage()).toEqual({ requests: 1, costUsd: cost });
    response.end();
  });

  it("that fails without a text costs nothing", async () => {
    const upstream = await manualUpstream();
    const { openai, usage } = await clientOf({ upstream: { url: parseUpstreamUrl(upstream.url) }, prices });
    const requested = upstream.next();
    const created = openai.responses.create({ model: "gpt-test", input: "x", stream: true });
    const failed = { type: "response.failed", response: { error: { code: "server_error", message: "no" } } };
    (await requested)
      .writeHead(200, { "content-type": "text/event-stream" })
      .end(`event: response.failed\ndata: ${JSON.stringify(failed)}\n\n`);
    expect((await all(await created)).map(({ type }) => type)).toEqual(["response.failed"]);
    expect(await usage()).toEqual({ requests: 1, costUsd: 0 });
  });
});

it.each(["reasoning_content", "reasoning"])("counts the %s of a chat, whole and streamed", async (field) => {
  const message = { role: "assistant", content: " two", [field]: "one" };
  const server = await scriptedServer({ status: 200, body: { choices: [{ index: 0, message }] } });
  const whole = await clientOf({ upstream: { url: parseUpstreamUrl(server.url) }, prices });
  await whole.openai.chat.completions.create({ model: "gpt-test", messages: user("x") });
  expect((await whole.usage()).costUsd).toBe(8 + 2);

  const upstream = await manualUpstream();
  const streamed = await clientOf({ upstream: { url: parseUpstreamUrl(upstream.url) }, prices });
  const requested = upstream.next();
  const created = streamed.openai.chat.completions.create({ model: "gpt-test", messages: user("x"), stream: true });
  const deltas = [{ [field]: "one" }, { content: " two" }].map((delta) => ({ choices: [{ index: 0, delta }] }));
  const events = deltas.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("");
  (await requested).writeHead(200, { "content-type": "text/event-stream" }).end(`${events}data: [DONE]\n\n`);
  await all(await created);
  expect((await streamed.usage()).costUsd).toBe(8 + 2);
});
