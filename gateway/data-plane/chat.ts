import * as z from "zod";
import { between, wholeFrom } from "./parameters";

const Part = z.object({ type: z.string(), text: z.string().optional() });

/** A message of a chat. Its content is a string, or a list of parts. Only some parts have text. */
const Message = z.object({
  role: z.string(),
  content: z.union([z.string(), z.array(Part)]).nullish(),
});

const Limit = wholeFrom(1).nullish();
const Penalty = between(-2, 2).nullish();

/** A chat completion request to the echo model. It ignores what `HONORED_IN_CHATS` does not name. An upstream accepts others. */
export const ChatRequest = z.object({
  model: z.string().min(1).max(200),
  messages: z.array(Message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: Limit,
  max_completion_tokens: Limit,
  temperature: between(0, 2).nullish(),
  top_p: between(0, 1).nullish(),
  n: wholeFrom(1, 128).nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(4, "must have at most 4 texts")]).nullish(),
  presence_penalty: Penalty,
  frequency_penalty: Penalty,
  logprobs: z.boolean().nullish(),
  top_logprobs: wholeFrom(0, 20).nullish(),
  seed: wholeFrom(Number.MIN_SAFE_INTEGER).nullish(),
});
export type ChatRequest = z.infer<typeof ChatRequest>;

export const HONORED_IN_CHATS: readonly string[] = [
  "model",
  "messages",
  "stream",
  "stream_options",
  "max_tokens",
  "max_completion_tokens",
];

const Tokens = z.number().int().nonnegative();
const TokenUsage = z.object({ prompt_tokens: Tokens, completion_tokens: Tokens, total_tokens: Tokens });

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

export const Model = z.object({
  id: z.string(),
  object: z.literal("model"),
  created: z.number().int(),
  owned_by: z.string(),
});
export type Model = z.infer<typeof Model>;

export const ModelList = z.object({ object: z.literal("list"), data: z.array(Model) });
export type ModelList = z.infer<typeof ModelList>;

/** The data of the event that ends a stream. */
export const DONE = "[DONE]";
