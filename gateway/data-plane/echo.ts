import type * as z from "zod";
import { parse } from "../http/json-body";
import type { BilledTokens } from "./chat";
import { DataPlaneError } from "./error";
import { IGNORED_HEADER, ignoredParameters } from "./parameters";
import { lastUserText, type Prompt } from "./prompt";
import { countPrompt, firstTokens } from "./tokens";

export const ECHO_MODEL = "dench-local-echo";

export interface Echo extends BilledTokens {
  readonly text: string;
  /** Whether the limit cut the text. */
  readonly isCut: boolean;
}

/** Returns the text of the last message of the user, cut at a limit of tokens. */
export async function echo(prompt: Prompt, limit: number | null | undefined, signal: AbortSignal): Promise<Echo> {
  const whole = lastUserText(prompt);
  const { text, tokens } = await firstTokens(whole, limit ?? Number.POSITIVE_INFINITY, signal);
  return {
    text,
    isCut: text.length < whole.length,
    prompt_tokens: await countPrompt(prompt, signal),
    completion_tokens: tokens,
  };
}

/** The parameters of a request, in the form that one operation requires. */
interface Form<Schema extends z.ZodType> {
  readonly schema: Schema;
  /** The names of the parameters that have an effect. */
  readonly honored: readonly string[];
}

/**
 * Parses a request to the echo model. Returns the headers that name the ignored parameters. If `strict`, throws
 * `unsupported_parameter` for the first of them instead.
 */
export function parseEchoRequest<Schema extends z.ZodType<{ readonly model: string }>>(
  json: unknown,
  { schema, honored }: Form<Schema>,
  strict: boolean,
): { request: z.output<Schema>; headers: Record<string, string> } {
  const request = parse(schema, json);
  if (request.model !== ECHO_MODEL) throw modelNotFound(request.model);
  const ignored = ignoredParameters(Object(json), honored);
  const [first] = ignored;
  if (first === undefined) return { request, headers: {} };
  if (strict) {
    throw new DataPlaneError("unsupported_parameter", `The echo model does not support the parameter ${first}.`, first);
  }
  return { request, headers: { [IGNORED_HEADER]: ignored.join(", ") } };
}

export function modelNotFound(model: string): DataPlaneError {
  return new DataPlaneError(
    "model_not_found",
    `There is no model "${model}". The only model is ${ECHO_MODEL}.`,
    "model",
  );
}

/** Splits a text into words, each with the white space before it. */
export function* splitWords(text: string): Iterable<string> {
  for (const [word] of text.matchAll(/\s*\S+|\s+$/g)) yield word;
}

/** Returns a server-sent event. */
export function event(data: string, type?: string): Uint8Array {
  return Buffer.from(`${type === undefined ? "" : `event: ${type}\n`}data: ${data}\n\n`);
}
