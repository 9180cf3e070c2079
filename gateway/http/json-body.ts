import type * as z from "zod";
import { HttpFailure } from "./failure";

// A lenient decoder would replace what is not UTF-8, and a key would get a name that nobody sent.
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Decodes a body of JSON in UTF-8. */
export function decodeJson(body: ArrayBuffer): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    throw new HttpFailure("invalid_request", "The body is not JSON in UTF-8.");
  }
}

/** Parses a part of a request: its body, its query or its form. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown, message?: string): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new HttpFailure("invalid_request", message, result.error.issues);
}
