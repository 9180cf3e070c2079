import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { parseUpstreamUrl } from "../../../gateway/data-plane/upstream";
import { scriptedServer } from "../../support/scripted-server";
import { type Client, clientOf, user } from "./clients";

const model = "dench-local-echo";
const IGNORED = "x-dench-ignored-parameters";

function post({ gateway, key }: Client, path: string, body: object | string) {
  return fetch(`${gateway.gateway.gatewayUrl}/v1${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}` },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

const chat = (more: object) => ({ model, messages: user("hello"), ...more });
const response = (more: object) => ({ model, input: "hello", ...more });

const tool = { type: "function", function: { name: "f", parameters: {} } };

describe("parameters that the echo model ignores", () => {
  const cases: [string, object, string | null][] = [
    ["/chat/completions", chat({}), null],
    ["/chat/completions", chat({ max_tokens: 5, stream_options: { include_usage: true } }), null],
    ["/chat/completions", chat({ n: 1, logprobs: false, tools: [], tool_choice: "auto", stop: null }), null],
    ["/chat/completions", chat({ tools: [tool], tool_choice: "required" }), "tools, tool_choice"],
    ["/chat/completions", chat({ n: 2, stop: ["."], logprobs: true, seed: 1 }), "n, stop, logprobs, seed"],
    ["/chat/completions", chat({ response_format: { type: "json_object" } }), "response_format"],
    ["/chat/completions", chat({ temperature: 0, stream: true }), "temperature"],
    ["/responses", response({ instructions: "be brief", max_output_tokens: 16 }), null],
    ["/responses", response({ store: false, truncation: "disabled" }), null],
    ["/responses", response({ tools: [tool], text: { format: { type: "json_object" } } }), "tools, text"],
    ["/responses", response({ previous_response_id: "resp_1", stream: true }), "previous_response_id"],
    // A name with such characters cannot be sent in a header.
    ["/chat/completions", chat({ "a\r\nb": 1, ü: 1, ["x".repeat(100)]: 1, fine: 1 }), "fine"],
  ];

  it.each(cases)("in a request to %s with %j are named in a header: %s", async (path, body, names) => {
    const received = await post(await clientOf(), path, body);
    expect(received.status).toBe(200);
    expect(received.headers.get(IGNORED)).toBe(names);
    expect(await received.text()).toContain("hello");
  });

  it.each(cases)("are refused with --strict, in a request to %s with %j: %s", async (path, body, names) => {
    const received = await post(await clientOf({ strict: true }), path, body);
    expect(received.status).toBe(names === null ? 200 : 400);
    if (names === null) return;
    const [first] = names.split(", ");
    expect(await received.json()).toEqual({
      error: {
        message: `The echo model does not support the parameter ${first}.`,
        type: "invalid_request_error",
        param: first,
        code: "unsupported_parameter",
      },
    });
  });
});

describe("the echo model refuses a value out of range in plain words:", () => {
  it.each([
    ["temperature", 2.1, "temperature: must be at most 2"],
    ["temperature", -0.1, "temperature: must be at least 0"],
    ["temperature", "hot", "temperature: must be a number from 0 to 2"],
    ["top_p", 1.5, "top_p: must be at most 1"],
    ["n", 0, "n: must be at least 1"],
    ["n", 129, "n: must be at most 128"],
    ["n", 1.5, "n: must be a whole number"],
    ["stop", ["a", "b", "c", "d", "e"], /^stop: /],
    ["presence_penalty", 3, "presence_penalty: must be at most 2"],
    ["frequency_penalty", -3, "frequency_penalty: must be at least -2"],
    ["top_logprobs", 21, "top_logprobs: must be at most 20"],
    ["max_tokens", 0, "max_tokens: must be at least 1"],
    ["max_tokens", -1, "max_tokens: must be at least 1"],
    ["max_completion_tokens", "many", "max_completion_tokens: must be a whole number of at least 1"],
  ])("%s of %j in a chat", async (param, value, message) => {
    const { openai } = await clientOf();
    const body: object = chat({ [param]: value });
    const refused = await openai.post("/chat/completions", { body }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(OpenAI.BadRequestError);
    expect(refused).toMatchObject({ code: "invalid_request", param, type: "invalid_request_error" });
    expect(refused).toMatchObject({
      error: { message: typeof message === "string" ? message : expect.stringMatching(message) },
    });
  });

  it.each([
    ["max_output_tokens", 15, "max_output_tokens: must be at least 16"],
    ["temperature", 3, "temperature: must be at most 2"],
  ])("%s of %j in a response", async (param, value, message) => {
    const { openai } = await clientOf();
    const body: object = response({ [param]: value });
    const refused = await openai.post("/responses", { body }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ status: 400, param, error: { message } });
  });
});

describe("an upstream receives any JSON unchanged:", () => {
  it.each<[string, object | string]>([
    ["/chat/completions", { model: "m", messages: user("x"), max_tokens: -1 }],
    ["/chat/completions", { model: "m", messages: user("x"), max_tokens: 0, temperature: 9, n: 1000 }],
    ["/chat/completions", { model: "m", messages: [{ role: "user", content: [{ type: "text", text: null }] }] }],
    ["/chat/completions", { messages: "none", stream: "yes" }],
    ["/chat/completions", "[1, 2.0]"],
    ["/responses", { model: "m", input: [{ type: "function_call_output", call_id: "c", output: "1" }] }],
    ["/responses", { model: "m", input: 7, max_output_tokens: 0 }],
  ])("to %s, %j", async (path, body) => {
    const error = { error: { message: "no", type: "invalid_request_error", param: null, code: "theirs" } };
    const server = await scriptedServer({ status: 400, body: error });
    const client = await clientOf({ upstream: { url: parseUpstreamUrl(server.url) } });
    const received = await post(client, path, body);
    expect([received.status, await received.json()]).toEqual([400, error]);
    expect(received.headers.get(IGNORED)).toBeNull();
    expect(server.received).toMatchObject([
      { path: `/v1${path}`, body: typeof body === "string" ? body : JSON.stringify(body) },
    ]);
    expect(await client.usage()).toEqual({ requests: 1, costUsd: 0 });
  });
});
