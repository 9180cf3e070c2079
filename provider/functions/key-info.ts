import * as z from "zod";
import type { Key } from "../../contract/port";
import { timestamp } from "../values/duration";

const Member = z
  .object({
    id: z.string().optional().describe("Id of the member. Absent: the workspace does not tell."),
    name: z.string().describe("Name of the member."),
  })
  .meta({ id: "Member", description: "The member of the workspace who made the key." });

/** The fields of `Key`, in which the usage is two. */
type Field = Exclude<keyof Key, "usage30d"> | "requests30d" | "costUsd30d";

/** A key as functions answer with it. */
export const KeyInfo = z.object({
  id: z.string().describe("Id of the key: the `keyId` of the resource that manages it."),
  name: z.string().describe("Label of the key in the workspace. Several keys may have the same."),
  kind: z.string().describe("`additional`, or `primary` for the primary sandbox key."),
  prefix: z.string().describe("The visible start of the value."),
  last4: z.string().describe("The last four characters of the value."),
  scopes: z.array(z.string()).describe("What the key may do."),
  status: z.string().describe("`active` or `revoked`. Another word counts as not live."),
  createdAt: z.string().describe("When the key was made, in RFC 3339."),
  createdBy: Member.optional(),
  lastUsedAt: z
    .string()
    .optional()
    .describe("When it was last used, in RFC 3339. Absent: never, or the workspace does not tell."),
  revokedAt: z
    .string()
    .optional()
    .describe("When it was revoked, in RFC 3339. Absent: it was not, or the workspace does not tell."),
  requestId: z
    .string()
    .optional()
    .describe(
      "The id of the request that made it. Keys made by this provider have one that begins with the id of its instance in a stack's state. Absent: there was none, or the workspace does not tell.",
    ),
  requests30d: z.number().int().describe("Requests made with it in the last 30 days."),
  costUsd30d: z.number().describe("What they cost, estimated, in US dollars."),
} satisfies Record<Field, z.ZodType>);
export type KeyInfo = z.output<typeof KeyInfo>;

export function keyInfo(key: Key): Required<KeyInfo> {
  // Named one by one: an answer to a creation has the value beside them.
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
