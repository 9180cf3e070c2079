import * as z from "zod";

/**
 * Rewrites a number or a boolean as its text. Pulumi YAML passes a config value that looks like one as one, even if it is
 * declared as a string. An integer too large to be exact is not rewritten: a change of its last digits would be lost.
 */
export function asText(value: unknown): unknown {
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

/** Rewrites the fields of an object. Returns anything else as it is, including a value that is not known yet. */
export function mapFields(value: unknown, rewrite: (field: unknown, name: string) => unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, rewrite(field, name)]));
}

/** A string for a program, which Pulumi YAML may pass as a number or a boolean. */
export function numberLikeText(schema: z.ZodType<string>) {
  return z.preprocess((text: string) => asText(text), schema);
}
