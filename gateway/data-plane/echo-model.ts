import { randomUUID } from "node:crypto";
import type { Backend, BackendResponse } from "./backend";
import { type ChatChunk, type ChatCompletion, type ChatRequest, DONE, type ModelList, textOf } from "./chat";
import { DataPlaneError } from "./error";
import { countPrompt, firstTokens } from "./tokens";

const ECHO_MODEL = "dench-local-echo";

const MODELS: ModelList = {
  object: "list",
  data: [{ id: ECHO_MODEL, object: "model", created: 1767225600, owned_by: "pulumi-dench" }],
};

/** Creates a model that needs no network. It responds with the text of the last message of the user. */
export function echoModel(clock: () => number): Backend {
  return {
    async models() {
      return jsonResponse(MODELS);
    },
    async chat({ parsed }, signal) {
      if (parsed.model !== ECHO_MODEL) {
        throw new DataPlaneError(
          "model_not_found",
          `There is no model "${parsed.model}". The only model is ${ECHO_MODEL}.`,
          "model",
        );
      }
      const completion = await complete(parsed, Math.floor(clock() / 1000), signal);
      return parsed.stream
        ? streamResponse(completion, parsed.stream_options?.include_usage === true)
        : jsonResponse(completion);
    },
    async close() {},
  };
}

async function complete(request: ChatRequest, created: number, signal: AbortSignal): Promise<ChatCompletion> {
  const lastMessage = request.messages.findLast(({ role }) => role === "user");
  const limit = request.max_completion_tokens ?? request.max_tokens ?? Number.POSITIVE_INFINITY;
  const echo = lastMessage ? textOf(lastMessage) : "";
  const { text, tokens } = await firstTokens(echo, limit, signal);
  const prompt = await countPrompt(request, signal);
  return {
    id: `chatcmpl-${randomUUID()}`,
    object: "chat.completion",
    created,
    model: ECHO_MODEL,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: text },
        finish_reason: text.length < echo.length ? "length" : "stop",
      },
    ],
    usage: { prompt_tokens: prompt, completion_tokens: tokens, total_tokens: prompt + tokens },
  };
}

function jsonResponse(body: ModelList | ChatCompletion): BackendResponse {
  return { status: 200, headers: { "content-type": "application/json" }, body: Buffer.from(JSON.stringify(body)) };
}

function streamResponse(completion: ChatCompletion, includeUsage: boolean): BackendResponse {
  return { status: 200, headers: { "content-type": "text/event-stream" }, body: events(completion, includeUsage) };
}

async function* events(
  { choices, usage, ...header }: ChatCompletion,
  includeUsage: boolean,
): AsyncIterable<Uint8Array> {
  const chunk = (rest: Pick<ChatChunk, "choices" | "usage">) =>
    event(JSON.stringify({ ...header, object: "chat.completion.chunk", ...rest } satisfies ChatChunk));
  const choice = (delta: ChatChunk["choices"][number]["delta"], finish_reason: string | null) =>
    chunk({ choices: [{ index: 0, delta, finish_reason }], ...(includeUsage ? { usage: null } : {}) });

  yield choice({ role: "assistant", content: "" }, null);
  for (const { message, finish_reason } of choices) {
    for (const content of splitWords(message.content ?? "")) yield choice({ content }, null);
    yield choice({}, finish_reason);
  }
  if (includeUsage) yield chunk({ choices: [], usage });
  yield event(DONE);
}

/** Splits a text into words, each with the white space before it. */
function* splitWords(text: string): Iterable<string> {
  for (const [word] of text.matchAll(/\s*\S+|\s+$/g)) yield word;
}

function event(data: string): Uint8Array {
  return Buffer.from(`data: ${data}\n\n`);
}
