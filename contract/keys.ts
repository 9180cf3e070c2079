import * as z from "zod";
import { KeyName, RequestId, Scopes } from "./inputs";

// The wire form of keys.

// The last millisecond that RFC 3339 can write: the end of the year 9999.
const LAST_MILLISECOND = 253_402_300_799_999;

/** The form of every field that ends in `At`. */
const EpochMilliseconds = z.number().int().min(0).max(LAST_MILLISECOND).describe("Milliseconds since the epoch.");

export const Usage = z.object({
  requests: z.number().int(),
  costUsd: z.number().describe("Estimated, in US dollars."),
});
export type Usage = z.infer<typeof Usage>;

/** A key as the workspace shows it. The value is never a part of it. */
export const Key = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.string().describe("`primary` or `additional`."),
  prefix: z.string().describe("The visible start of the value, for the mask `prefix•••••••last4`."),
  last4: z.string(),
  scopes: z.array(z.string()),
  status: z
    .string()
    .describe("`active` or `revoked`. Any other word counts as not live, and nothing is revoked for it."),
  createdAt: EpochMilliseconds,
  createdBy: z.object({ id: z.string(), name: z.string() }),
  lastUsedAt: EpochMilliseconds.nullable().optional().describe("Null: never. Absent: the server does not tell."),
  revokedAt: EpochMilliseconds.nullable(),
  requestId: z
    .string()
    .nullable()
    .optional()
    .describe("The request ID that created the key. Null or absent: none, or the server does not support request IDs."),
  usage30d: Usage,
});
export type Key = z.infer<typeof Key>;

/** The answer to a creation: the only place where the value of an additional key ever stands. */
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
  cursor: z.string().optional().describe("`cursor` of the page before."),
  status: z.enum(["active", "revoked"]).optional(),
});
export type ListKeysQuery = z.input<typeof ListKeysQuery>;

/** Newest first, without the primary key. */
export const KeyPage = z.object({
  items: z.array(Key),
  cursor: z.string().nullable().describe("For the next page; null at the end."),
});
export type KeyPage = z.infer<typeof KeyPage>;

export const KeyUsageQuery = z.object({ days: z.coerce.number().int().min(1).max(90).default(30) });
export type KeyUsageQuery = z.input<typeof KeyUsageQuery>;

export const KeyUsage = Usage.extend({
  keyId: z.string(),
  days: z.number().int(),
  daily: z
    .array(Usage.extend({ date: z.string().describe("YYYY-MM-DD, in UTC.") }))
    .describe("Each day of the period, oldest first."),
});
export type KeyUsage = z.infer<typeof KeyUsage>;
