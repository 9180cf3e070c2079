import { randomUUID } from "node:crypto";
import { type ChatChunk, type ChatCompletion, DONE } from "./chat";
import { ECHO_MODEL, type Echo, event, splitWords } from "./echo";

/** Returns the chat completion with this text. `created` is in seconds since the epoch. */
export function chatCompletion(
  { text, isCut, prompt_tokens, completion_tokens }: Echo,
  created: number,
): ChatCompletion {
  return {
    id: `chatcmpl-${randomUUID()}`,
    object: "chat.completion",
    created,
    model: ECHO_MODEL,
    choices: [{ index: 0, message: { role: "assistant", content: text }, finish_reason: isCut ? "length" : "stop" }],
    usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
  };
}

/** Streams a chat completion word by word. */
export async function* chatEvents(
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
