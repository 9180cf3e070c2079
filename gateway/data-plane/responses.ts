import * as z from "zod";
import { between, wholeFrom } from "./parameters";

const Part = z.object({ type: z.string(), text: z.string().optional() });

/** An item of the input, such as a message or the output of a tool. */
const Item = z.object({
  type: z.string().nullish(),
  role: z.string().nullish(),
  content: z.union([z.string(), z.array(Part)]).nullish(),
});

/** A request of the Responses API to the echo model. It ignores what `HONORED_IN_RESPONSES` does not name. */
export const ResponsesRequest = z.object({
  model: z.string().min(1).max(200),
  input: z.union([z.string(), z.array(Item).min(1)]),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  max_output_tokens: wholeFrom(16).nullish(),
  temperature: between(0, 2).nullish(),
  top_p: between(0, 1).nullish(),
  top_logprobs: wholeFrom(0, 20).nullish(),
});
export type ResponsesRequest = z.infer<typeof ResponsesRequest>;

export const HONORED_IN_RESPONSES: readonly string[] = [
  "model",
  "input",
  "instructions",
  "stream",
  "max_output_tokens",
];

const Status = z.enum(["in_progress", "completed", "incomplete"]);
const Tokens = z.number().int().nonnegative();

const OutputText = z.object({
  type: z.literal("output_text"),
  text: z.string(),
  annotations: z.array(z.string()),
  logprobs: z.array(z.string()),
});

const OutputMessage = z.object({
  id: z.string(),
  type: z.literal("message"),
  role: z.literal("assistant"),
  status: Status,
  content: z.array(OutputText),
});

/** The response object. The fields without a meaning for the echo model have their defaults. */
export const ResponseObject = z.object({
  id: z.string(),
  object: z.literal("response"),
  created_at: z.number().int(),
  status: Status,
  model: z.string(),
  output: z.array(OutputMessage),
  usage: z
    .object({
      input_tokens: Tokens,
      input_tokens_details: z.object({ cached_tokens: Tokens }),
      output_tokens: Tokens,
      output_tokens_details: z.object({ reasoning_tokens: Tokens }),
      total_tokens: Tokens,
    })
    .nullable(),
  error: z.null(),
  incomplete_details: z.object({ reason: z.string() }).nullable(),
  instructions: z.string().nullable(),
  max_output_tokens: z.number().int().nullable(),
  metadata: z.object({}),
  parallel_tool_calls: z.boolean(),
  previous_response_id: z.null(),
  store: z.boolean(),
  temperature: z.number(),
  text: z.object({ format: z.object({ type: z.string() }) }),
  tool_choice: z.string(),
  tools: z.array(z.string()),
  top_p: z.number(),
  truncation: z.string(),
});
export type ResponseObject = z.infer<typeof ResponseObject>;

/** An event of a streamed response. */
export const ResponseEvent = z.object({
  type: z.string().describe("The last event is `response.completed` or `response.incomplete`."),
  sequence_number: z.number().int(),
  response: ResponseObject.optional(),
  item: OutputMessage.optional(),
  part: OutputText.optional(),
  delta: z.string().optional(),
  text: z.string().optional(),
  item_id: z.string().optional(),
  output_index: z.number().int().optional(),
  content_index: z.number().int().optional(),
  logprobs: z.array(z.string()).optional(),
});
export type ResponseEvent = z.infer<typeof ResponseEvent>;
