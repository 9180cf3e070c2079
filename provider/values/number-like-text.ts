import * as z from "zod";

/**
 * Converts a number or a boolean to a string. Pulumi YAML passes a config value that looks like a number or a boolean as one,
 * even if it is declared as a string. An integer that is too large to be exact is returned unchanged, because changes to its
 * last digits would be lost.
 */
export function asText(value: unknown): unknown {
  if (typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value)) return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

/** Rewrites the fields of an object. Returns any other value unchanged, including an unknown one. */
export function mapFields(value: unknown, rewrite: (field: unknown, name: string) => unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, rewrite(field, name)]));
}

/** A string input that Pulumi YAML may pass as a number or a boolean. */
export function numberLikeText(schema: z.ZodType<string>) {
  return z.preprocess((text: string) => asText(text), schema);
}
