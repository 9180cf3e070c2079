import * as z from "zod";
import { KeyName, RequestId, Scopes } from "./inputs";

// The wire form of keys.

// The last millisecond of the year 9999, which is the latest time in RFC 3339.
const LAST_MILLISECOND = 253_402_300_799_999;

/** The form of every field that ends in `At`. */
const EpochMilliseconds = z
  .number()
  .int()
  .min(0)
  .max(LAST_MILLISECOND)
  .describe("The time in milliseconds since the epoch.");

export const Usage = z.object({
  requests: z.number().int(),
  costUsd: z.number().describe("The estimated cost in US dollars."),
});
export type Usage = z.infer<typeof Usage>;

const Tokens = z.number().int().optional();

/** A usage with its tokens. */
const DetailedUsage = Usage.extend({
  inputTokens: Tokens.describe("The tokens of the prompts. Absent if the server does not report it."),
  outputTokens: Tokens.describe("The tokens of the responses. Absent if the server does not report it."),
});

/** A key without its value. */
export const Key = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string().describe("`primary` or `additional`."),
  prefix: z.string().describe("The visible start of the key value, for the mask `prefix•••••••last4`."),
  last4: z.string(),
  scopes: z.array(z.string()),
  status: z
    .string()
    .describe(
      "`active` or `revoked`. Clients treat any other status as not active, and revoke no other key because of it.",
    ),
  createdAt: EpochMilliseconds,
  createdBy: z.object({ id: z.string(), name: z.string() }),
  lastUsedAt: EpochMilliseconds.nullable()
    .optional()
    .describe("Null if the key was never used. Absent if the server does not report it."),
  revokedAt: EpochMilliseconds.nullable(),
  requestId: z
    .string()
    .nullable()
    .optional()
    .describe(
      "The request ID that created the key. Null or absent if there was none, or if the server does not support request IDs.",
    ),
  usage30d: Usage,
});
export type Key = z.infer<typeof Key>;

/** The response to the creation of a key. No other response contains the value of an additional key. */
export const CreatedKey = Key.extend({ key: z.string().min(1) });
export type CreatedKey = z.infer<typeof CreatedKey>;

export const CreateKeyBody = z.object({
  name: KeyName,
  scopes: Scopes.optional(),
  requestId: RequestId.optional(),
});
export type CreateKeyBody = z.infer<typeof CreateKeyBody>;

export const RotateKeyBody = z.object({ requestId: RequestId.optional() });
export type RotateKeyBody = z.infer<typeof RotateKeyBody>;

export const RevealedKey = z.object({ id: z.string(), key: z.string().min(1) });
export type RevealedKey = z.infer<typeof RevealedKey>;

export const ListKeysQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().optional().describe("The `cursor` of the previous page."),
  status: z.enum(["active", "revoked"]).optional(),
});
export type ListKeysQuery = z.input<typeof ListKeysQuery>;

/** A page of the list of keys, newest first, without the primary key. */
export const KeyPage = z.object({
  items: z.array(Key),
  cursor: z.string().nullable().describe("The cursor of the next page. Null on the last page."),
});
export type KeyPage = z.infer<typeof KeyPage>;

export const KeyUsageQuery = z.object({ days: z.coerce.number().int().min(1).max(90).default(30) });
export type KeyUsageQuery = z.input<typeof KeyUsageQuery>;

export const KeyUsage = DetailedUsage.extend({
  keyId: z.string(),
  days: z.number().int(),
  daily: z
    .array(DetailedUsage.extend({ date: z.string().describe("The date in UTC, as YYYY-MM-DD.") }))
    .describe("The usage of each day, oldest first."),
});
export type KeyUsage = z.infer<typeof KeyUsage>;
