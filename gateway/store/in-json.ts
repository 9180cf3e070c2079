import * as z from "zod";

/** A column of JSON. Texts that callers chose are kept so too: Node 22 reads a text only up to a NUL in it, and JSON has none. */
export function inJson<Schema extends z.ZodType>(schema: Schema) {
  return z.string().transform((text) => schema.parse(JSON.parse(text)));
}
