import * as z from "zod";

/** A column of JSON. Also used for texts from callers, since Node 22 truncates a text column at NUL, which JSON escapes. */
export function inJson<Schema extends z.ZodType>(schema: Schema) {
  return z.string().transform((text) => schema.parse(JSON.parse(text)));
}
