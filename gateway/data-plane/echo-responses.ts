import { randomUUID } from "node:crypto";
import { ECHO_MODEL, type Echo, event, splitWords } from "./echo";
import type { ResponseEvent, ResponseObject, ResponsesRequest } from "./responses";

/** Returns the response object with this text. `created` is in seconds since the epoch. */
export function responseObject(
  { text, isCut, prompt_tokens, completion_tokens }: Echo,
  { instructions, max_output_tokens }: ResponsesRequest,
  created: number,
): ResponseObject {
  const status = isCut ? "incomplete" : "completed";
  return {
    id: `resp_${randomUUID()}`,
    object: "response",
    created_at: created,
    status,
    model: ECHO_MODEL,
    output: [
      {
        id: `msg_${randomUUID()}`,
        type: "message",
        role: "assistant",
        status,
        content: [{ type: "output_text", text, annotations: [], logprobs: [] }],
      },
    ],
    usage: {
      input_tokens: prompt_tokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: completion_tokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: prompt_tokens + completion_tokens,
    },
    error: null,
    incomplete_details: isCut ? { reason: "max_output_tokens" } : null,
    instructions: instructions ?? null,
    max_output_tokens: max_output_tokens ?? null,
    metadata: {},
    parallel_tool_calls: true,
    previous_response_id: null,
    store: false,
    temperature: 1,
    text: { format: { type: "text" } },
    tool_choice: "auto",
    tools: [],
    top_p: 1,
    truncation: "disabled",
  };
}

/** Streams a response object word by word. */
export async function* responseEvents(response: ResponseObject): AsyncIterable<Uint8Array> {
  let sequence_number = 0;
  const send = (type: string, fields: Omit<ResponseEvent, "type" | "sequence_number">) => {
    const data = JSON.stringify({ type, sequence_number, ...fields } satisfies ResponseEvent);
    sequence_number += 1;
    return event(data, type);
  };
  const begun: ResponseObject = {
    ...response,
    status: "in_progress",
    output: [],
    usage: null,
    incomplete_details: null,
  };
  yield send("response.created", { response: begun });
  yield send("response.in_progress", { response: begun });
  for (const [output_index, item] of response.output.entries()) {
    yield send("response.output_item.added", { output_index, item: { ...item, status: "in_progress", content: [] } });
    for (const [content_index, part] of item.content.entries()) {
      const place = { item_id: item.id, output_index, content_index };
      yield send("response.content_part.added", { ...place, part: { ...part, text: "" } });
      for (const delta of splitWords(part.text))
        yield send("response.output_text.delta", { ...place, delta, logprobs: [] });
      yield send("response.output_text.done", { ...place, text: part.text, logprobs: [] });
      yield send("response.content_part.done", { ...place, part });
    }
    yield send("response.output_item.done", { output_index, item });
  }
  yield send(`response.${response.status}`, { response });
}
