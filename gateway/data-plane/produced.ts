import * as z from "zod";
import { BilledTokens } from "./chat";

// The parts of a response that cost tokens, of chats and of the Responses API. A field of an unknown form is ignored, and the
// others are still read.

const Text = z.string().nullish().catch(undefined);

const Call = z.object({ function: z.object({ name: Text, arguments: Text }).optional() });

/** A message of a chat, or a streamed delta of it. Some upstreams send the reasoning as a field of its own. */
const ChatText = z.object({
  content: Text,
  reasoning_content: Text,
  reasoning: Text,
  refusal: Text,
  tool_calls: z.array(Call).nullish().catch(undefined),
});

const TextPart = z.object({ text: Text, refusal: Text });
const Parts = z.array(TextPart).nullish().catch(undefined);

/** An output item of the Responses API: a message, a reasoning or a function call. */
const Item = z.object({ content: Parts, summary: Parts, name: Text, arguments: Text });

const Count = z.number().int().nonnegative();
const Usage = z
  .union([
    BilledTokens,
    z.object({ input_tokens: Count, output_tokens: Count }).transform(({ input_tokens, output_tokens }) => ({
      prompt_tokens: input_tokens,
      completion_tokens: output_tokens,
    })),
  ])
  .nullish()
  .catch(undefined);

/** A complete response, or the data of a streamed event. */
const Part = z.object({
  choices: z.array(z.object({ message: ChatText.optional(), delta: ChatText.optional() })).catch([]),
  output: z.array(Item).catch([]),
  usage: Usage,
  error: z.unknown().optional(),
  type: Text,
  delta: Text,
  response: z.object({ usage: Usage, error: z.unknown().optional() }).nullish().catch(undefined),
});

/** The events of the Responses API whose delta is text of the model. */
const TEXT_DELTA = /(text|refusal|arguments)\.delta$/;
/** The last event of the Responses API. */
const LAST_EVENT = /^(response\.(completed|incomplete|failed)|error)$/;

/** What a complete response or an event contains. */
export interface Produced {
  readonly text: string;
  /** The usage that the model reports, if it does. */
  readonly usage: BilledTokens | undefined;
  readonly hasFailed: boolean;
  /** Whether clients stop reading after this event. */
  readonly isLast: boolean;
}

/** Reads a complete response, or the data of an event. Returns undefined if it is not JSON of a known form. */
export function readProduced(json: string): Produced | undefined {
  const { data: part } = Part.safeParse(parseJson(json));
  if (!part) return undefined;
  const type = part.type ?? "";
  const chats = part.choices.map(({ message, delta }) => chatText(message) + chatText(delta));
  const delta = TEXT_DELTA.test(type) ? (part.delta ?? "") : "";
  return {
    text: [...chats, ...part.output.map(itemText), delta].join(""),
    usage: part.usage ?? part.response?.usage ?? undefined,
    hasFailed: part.error != null || part.response?.error != null || type === "error",
    isLast: LAST_EVENT.test(type),
  };
}

function chatText(message: z.infer<typeof ChatText> | undefined): string {
  const { content, reasoning_content, reasoning, refusal, tool_calls } = message ?? {};
  const calls = tool_calls?.map((call) => `${call.function?.name ?? ""}${call.function?.arguments ?? ""}`);
  return [reasoning_content ?? reasoning, content, refusal, ...(calls ?? [])].join("");
}

function itemText({ content, summary, name, arguments: args }: z.infer<typeof Item>): string {
  const parts = [...(summary ?? []), ...(content ?? [])].map(({ text, refusal }) => `${text ?? ""}${refusal ?? ""}`);
  return [...parts, name, args].join("");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
