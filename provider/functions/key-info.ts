import * as z from "zod";
import type { Key } from "../../contract/port";
import { timestamp } from "../values/duration";

const Member = z
  .object({
    id: z.string().optional().describe("The ID of the member. Absent if the workspace does not report it."),
    name: z.string().describe("The name of the member."),
  })
  .meta({ id: "Member", description: "The member of the workspace who created the key." });

/** The fields of `Key`, with the usage as two fields. */
type Field = Exclude<keyof Key, "usage30d"> | "requests30d" | "costUsd30d";

/** A key in the result of a function. */
export const KeyInfo = z.object({
  id: z.string().describe("The ID of the key. It is the `keyId` of the resource that manages the key."),
  name: z.string().describe("The label of the key in the workspace. Labels need not be unique."),
  kind: z.string().describe("The kind of the key: `additional`, or `primary` for the primary sandbox key."),
  prefix: z.string().describe("The visible first characters of the key value."),
  last4: z.string().describe("The last four characters of the key value."),
  scopes: z.array(z.string()).describe("The permissions of the key."),
  status: z.string().describe("The status of the key: `active` or `revoked`. Any other status counts as not active."),
  createdAt: z.string().describe("When the key was created, in RFC 3339."),
  createdBy: Member.optional(),
  lastUsedAt: z
    .string()
    .optional()
    .describe(
      "When the key was last used, in RFC 3339. Absent if it was never used, or if the workspace does not report this.",
    ),
  revokedAt: z
    .string()
    .optional()
    .describe(
      "When the key was revoked, in RFC 3339. Absent if it was not revoked, or if the workspace does not report this.",
    ),
  requestId: z
    .string()
    .optional()
    .describe(
      "The ID of the request that created the key. Request IDs of this provider begin with the ID of its instance in the stack state. Absent if there was none, or if the workspace does not report it.",
    ),
  requests30d: z.number().int().describe("The number of requests with this key in the last 30 days."),
  costUsd30d: z.number().describe("The estimated cost of these requests, in US dollars."),
} satisfies Record<Field, z.ZodType>);
export type KeyInfo = z.output<typeof KeyInfo>;

/** Returns the public fields of a key. */
export function keyInfo(key: Key): Required<KeyInfo> {
  // Listed one by one, because the response to a creation also contains the key value.
  const { id, name, kind, prefix, last4, scopes, status, createdAt, createdBy, usage30d } = key;
  return {
    id,
    name,
    kind,
    prefix,
    last4,
    scopes: [...scopes],
    status,
    createdAt: timestamp(createdAt),
    createdBy,
    lastUsedAt: timestampOrNone(key.lastUsedAt),
    revokedAt: timestampOrNone(key.revokedAt),
    requestId: key.requestId,
    requests30d: usage30d.requests,
    costUsd30d: usage30d.costUsd,
  };
}

function timestampOrNone(milliseconds: number | null | undefined): string | undefined {
  return milliseconds === null || milliseconds === undefined ? undefined : timestamp(milliseconds);
}
