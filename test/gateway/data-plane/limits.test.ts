import OpenAI from "openai";
import { expect, it } from "vitest";
import { clientOf, user } from "./clients";

const model = "dench-local-echo";

async function sender() {
  const { gateway, key } = await clientOf();
  return async (request: object) => {
    const answer = await fetch(`${gateway.gateway.gatewayUrl}/v1/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify(request),
    });
    return { status: answer.status, text: await answer.text() };
  };
}

it.each([
  ["messages", { messages: Array.from({ length: 1_900_000 }, () => 1) }],
  ["parts of one message", { messages: [{ role: "user", content: Array.from({ length: 1_900_000 }, () => 1) }] }],
  [
    "parts all in all",
    { messages: Array.from({ length: 30 }, () => ({ content: Array.from({ length: 70 }, () => 1) })) },
  ],
])("a request of more than 2048 %s is refused in one sentence", async (_what, request) => {
  const send = await sender();
  const { status, text } = await send({ model, ...request });
  expect(status).toBe(400);
  expect(JSON.parse(text)).toMatchObject({ error: { code: "invalid_request", param: "messages" } });
  expect(text).toContain("at most 2048 messages");
  expect(text.length).toBeLessThan(300);
});

it("as many messages as there may be are answered", async () => {
  const send = await sender();
  const { status } = await send({
    model,
    messages: Array.from({ length: 2048 }, () => ({ role: "user", content: "x" })),
  });
  expect(status).toBe(200);
});

it("names five of a request's defects", async () => {
  const send = await sender();
  const { status, text } = await send({ model, messages: Array.from({ length: 2048 }, () => 1) });
  expect(status).toBe(400);
  const { error } = JSON.parse(text);
  expect(error.message.split("; ")).toHaveLength(5);
  expect(error.message).toMatch(/^messages\.0: /);
  expect(error.param).toBe("messages");
});

it("does not repeat a model's name of a million characters", async () => {
  const send = await sender();
  const { status, text } = await send({ model: "m".repeat(1_000_000), messages: user("x") });
  expect(status).toBe(400);
  expect(JSON.parse(text)).toMatchObject({ error: { param: "model" } });
  expect(text.length).toBeLessThan(300);
});

it("no cache keeps a refusal, and 401 says how to come in", async () => {
  const { openai, usage } = await clientOf();
  const refused = await openai
    .withOptions({ apiKey: "dg_live_unknown" })
    .models.list()
    .catch((error: unknown) => error);
  if (!(refused instanceof OpenAI.AuthenticationError)) throw refused;
  expect(refused.headers.get("cache-control")).toBe("no-store");
  expect(refused.headers.get("www-authenticate")).toBe("Bearer");
  const absent = await openai.files.list().catch((error: unknown) => error);
  if (!(absent instanceof OpenAI.NotFoundError)) throw absent;
  expect(absent.headers.get("cache-control")).toBe("no-store");
  expect(absent.headers.get("www-authenticate")).toBeNull();
  expect(await usage()).toEqual({ requests: 0, costUsd: 0 });
});
