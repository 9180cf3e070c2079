import * as z from "zod";

const Part = z.object({ type: z.string(), text: z.string().optional() });

/** One message of a chat. Its content is a text, or parts of which some are texts. */
const Message = z.object({
  role: z.string(),
  content: z.union([z.string(), z.array(Part)]).nullish(),
});
type Message = z.infer<typeof Message>;

const Limit = z.number().int().min(1).nullish();

/** Of messages, and of their parts, all in all. */
const MAX_PARTS = 2048;

/** What the gateway reads of a request for a chat completion. The request may have more, which is for an upstream to use. */
export const ChatRequest = z.object({
  model: z.string().min(1).max(200),
  messages: z.array(Message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: Limit,
  max_completion_tokens: Limit,
});
export type ChatRequest = z.infer<typeof ChatRequest>;

/** A chat request with few enough parts. They are counted first: each of a million malformed messages would be a problem. */
export const LimitedChatRequest = z
  .unknown()
  .refine((json) => partsOf(json) <= MAX_PARTS, {
    path: ["messages"],
    error: `must have at most ${MAX_PARTS} messages and parts of messages`,
  })
  .pipe(ChatRequest);

const TokenUsage = z.object({
  prompt_tokens: z.number().int().nonnegative(),
  completion_tokens: z.number().int().nonnegative(),
  total_tokens: z.number().int().nonnegative(),
});

/** What a price is for. */
export const BilledTokens = TokenUsage.omit({ total_tokens: true });
export type BilledTokens = z.infer<typeof BilledTokens>;

const FinishReason = z.string().describe("`stop`, or `length` where the limit of tokens cut the answer off.");
const header = { id: z.string(), created: z.number().int(), model: z.string() };

export const ChatCompletion = z.object({
  ...header,
  object: z.literal("chat.completion"),
  choices: z.array(
    z.object({
      index: z.number().int(),
      message: z.object({ role: z.string(), content: z.string().nullable() }),
      finish_reason: FinishReason,
    }),
  ),
  usage: TokenUsage,
});
export type ChatCompletion = z.infer<typeof ChatCompletion>;

export const ChatChunk = z.object({
  ...header,
  object: z.literal("chat.completion.chunk"),
  choices: z.array(
    z.object({
      index: z.number().int(),
      delta: z.object({ role: z.string().optional(), content: z.string().nullish() }),
      finish_reason: FinishReason.nullable(),
    }),
  ),
  usage: TokenUsage.nullish().describe("In the last chunk, where `stream_options.include_usage` asks for it."),
});
export type ChatChunk = z.infer<typeof ChatChunk>;

export const ModelList = z.object({
  object: z.literal("list"),
  data: z.array(
    z.object({ id: z.string(), object: z.literal("model"), created: z.number().int(), owned_by: z.string() }),
  ),
});
export type ModelList = z.infer<typeof ModelList>;

/** The data of the event that ends a stream. */
export const DONE = "[DONE]";

/** How many messages and parts this has, before any of them is looked at. */
function partsOf(json: unknown): number {
  const messages = listIn(json, "messages");
  return messages.reduce<number>((sum, message) => sum + listIn(message, "content").length, messages.length);
}

/** The text of a message: its parts that are texts, one after the other. */
export function textOf({ content }: Message): string {
  return typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? "").join("");
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const field: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return Array.isArray(field) ? field : [];
}
