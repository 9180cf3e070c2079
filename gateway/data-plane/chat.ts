import * as z from "zod";

const Part = z.object({ type: z.string(), text: z.string().optional() });

/** A message of a chat. Its content is a string, or a list of parts. Only some parts have text. */
const Message = z.object({
  role: z.string(),
  content: z.union([z.string(), z.array(Part)]).nullish(),
});
type Message = z.infer<typeof Message>;

const Limit = z.number().int().min(1).nullish();

/** The maximum number of messages and their parts in one request. */
const MAX_PARTS = 2048;

/** The fields of a chat completion request that the gateway reads. An upstream may read others. */
export const ChatRequest = z.object({
  model: z.string().min(1).max(200),
  messages: z.array(Message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: Limit,
  max_completion_tokens: Limit,
});
export type ChatRequest = z.infer<typeof ChatRequest>;

/** A chat request with at most `MAX_PARTS` parts. Counts them first, since each malformed part would add a problem. */
export const LimitedChatRequest = z
  .unknown()
  .refine((json) => countParts(json) <= MAX_PARTS, {
    path: ["messages"],
    error: `must have at most ${MAX_PARTS} messages and message parts`,
  })
  .pipe(ChatRequest);

const TokenUsage = z.object({
  prompt_tokens: z.number().int().nonnegative(),
  completion_tokens: z.number().int().nonnegative(),
  total_tokens: z.number().int().nonnegative(),
});

/** The token counts that have a price. */
export const BilledTokens = TokenUsage.omit({ total_tokens: true });
export type BilledTokens = z.infer<typeof BilledTokens>;

const FinishReason = z.string().describe("`stop`, or `length` if the token limit was reached.");
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
  usage: TokenUsage.nullish().describe("In the last chunk, if `stream_options.include_usage` is `true`."),
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

/** Counts the messages and their parts, without parsing them. */
function countParts(json: unknown): number {
  const messages = listIn(json, "messages");
  return messages.reduce<number>((sum, message) => sum + listIn(message, "content").length, messages.length);
}

/** Returns the text of a message: the texts of its parts, concatenated. */
export function textOf({ content }: Message): string {
  return typeof content === "string" ? content : (content ?? []).map((part) => part.text ?? "").join("");
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const field: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return Array.isArray(field) ? field : [];
}
