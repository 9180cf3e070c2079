import type * as z from "zod";
import { HttpFailure } from "./failure";

// A lenient decoder would replace invalid UTF-8, and create a key with a name that nobody sent.
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Decodes a JSON body in UTF-8. Throws an HttpFailure if it is malformed. */
export function decodeJson(body: ArrayBuffer): unknown {
  try {
    return JSON.parse(utf8.decode(body));
  } catch {
    throw new HttpFailure("invalid_request", "The body is not valid JSON in UTF-8.");
  }
}

/** Parses a part of a request, such as its body or query. Throws an HttpFailure that lists the problems. */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown, message?: string): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new HttpFailure("invalid_request", message, result.error.issues);
}
