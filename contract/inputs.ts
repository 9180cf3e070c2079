import * as z from "zod";

// The inputs of requests.

/**
 * A text of 1 to 200 characters. As in JSON Schema, a pair of surrogates counts as one character. Lone surrogates are invalid,
 * because UTF-8 cannot encode them.
 */
const Text = z
  .string("must be a string")
  .min(1, "must not be empty")
  .refine((text) => /^\P{Surrogate}*$/u.test(text), "must be well-formed Unicode")
  .refine((text) => [...text].length <= 200, "must have at most 200 characters")
  .meta({ maxLength: 200 });

/** The name of a key. Does not have to be unique. */
export const KeyName = Text;

/** The permissions of a key, for example `models:read`. Must have at least one. Any text is a valid scope. */
export const Scopes = z
  .array(Text, "must be a list of strings")
  .min(1, "must name at least one scope; leave it out for the workspace's default")
  .max(100, "must name at most 100 scopes");

/** The ID of a request to create a key, chosen by the caller. It can create one key only, even after that key is revoked. */
export const RequestId = z.string().regex(/^[A-Za-z0-9:_-]{1,200}$/, "1 to 200 of A-Z a-z 0-9 : _ -");

/** The scopes of a key whose request has none. */
export const DEFAULT_SCOPES = ["models:read", "chat:completions"] as const;
