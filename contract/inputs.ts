import * as z from "zod";

// What a caller may ask for.

/**
 * 1 to 200 characters, counted as JSON Schema does: one that JavaScript writes with two surrogates is one. A surrogate alone
 * is none: JSON can escape it, but UTF-8 cannot say it.
 */
const Text = z
  .string("must be a string")
  .min(1, "must not be empty")
  .refine((text) => /^\P{Surrogate}*$/u.test(text), "must be well-formed Unicode")
  .refine((text) => [...text].length <= 200, "must have at most 200 characters")
  .meta({ maxLength: 200 });

/** A label. Names need not be unique. */
export const KeyName = Text;

/** What a key may do, e.g. `models:read`. Any word is accepted; at least one. */
export const Scopes = z
  .array(Text, "must be a list of strings")
  .min(1, "must name at least one scope; leave it out for the workspace's default")
  .max(100, "must name at most 100 scopes");

/** Chosen by the caller, used up for ever by the first call that makes a key with it. */
export const RequestId = z.string().regex(/^[A-Za-z0-9:_-]{1,200}$/, "1 to 200 of A-Z a-z 0-9 : _ -");

/** The scopes of a key for which none were asked. */
export const DEFAULT_SCOPES = ["models:read", "chat:completions"] as const;
