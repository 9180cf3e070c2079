import OpenAI from "openai";
import { expect, it } from "vitest";
import { clientOf, user } from "./clients";

const model = "dench-local-echo";

async function sender() {
  const { gateway, key } = await clientOf();
  return async (request: object) => {
    const response = await fetch(`${gateway.gateway.gatewayUrl}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify(request),
    });
    return { status: response.status, text: await response.text() };
  };
}

it.each([
  ["messages", { messages: Array.from({ length: 1_900_000 }, () => 1) }],
  ["parts of one message", { messages: [{ role: "user", content: Array.from({ length: 1_900_000 }, () => 1) }] }],
  [
    "parts in total",
    { messages: Array.from({ length: 30 }, () => ({ content: Array.from({ length: 70 }, () => 1) })) },
  ],
])("a request with more than 2048 %s is rejected with one short message", async (_what, request) => {
  const send = await sender();
  const { status, text } = await send({ model, ...request });
  expect(status).toBe(400);
  expect(JSON.parse(text)).toMatchObject({ error: { code: "invalid_request", param: "messages" } });
  expect(text).toContain("at most 2048 messages");
  expect(text.length).toBeLessThan(300);
});

it("accepts the maximum number of messages", async () => {
  const send = await sender();
  const { status } = await send({
    model,
    messages: Array.from({ length: 2048 }, () => ({ role: "user", content: "x" })),
  });
  expect(status).toBe(200);
});

it("lists at most five problems of a request", async () => {
  const send = await sender();
  const { status, text } = await send({ model, messages: Array.from({ length: 2048 }, () => 1) });
  expect(status).toBe(400);
  const { error } = JSON.parse(text);
  expect(error.message.split("; ")).toHaveLength(5);
  expect(error.message).toMatch(/^messages\.0: /);
  expect(error.param).toBe("messages");
});

it("does not repeat a model name of a million characters", async () => {
  const send = await sender();
  const { status, text } = await send({ model: "m".repeat(1_000_000), messages: user("x") });
  expect(status).toBe(400);
  expect(JSON.parse(text)).toMatchObject({ error: { param: "model" } });
  expect(text.length).toBeLessThan(300);
});

it("errors are not cacheable, and 401 names the authentication scheme", async () => {
  const { openai, usage } = await clientOf();
  const unauthorized = await openai
    .withOptions({ apiKey: "dg_live_unknown" })
    .models.list()
    .catch((error: unknown) => error);
  if (!(unauthorized instanceof OpenAI.AuthenticationError)) throw unauthorized;
  expect(unauthorized.headers.get("cache-control")).toBe("no-store");
  expect(unauthorized.headers.get("www-authenticate")).toBe("Bearer");
  const notFound = await openai.files.list().catch((error: unknown) => error);
  if (!(notFound instanceof OpenAI.NotFoundError)) throw notFound;
  expect(notFound.headers.get("cache-control")).toBe("no-store");
  expect(notFound.headers.get("www-authenticate")).toBeNull();
  expect(await usage()).toEqual({ requests: 0, costUsd: 0 });
});
