import * as z from "zod";
import type { Key } from "../../contract/port";
import { DenchError } from "../errors";
import { defineFunction } from "./handler";
import { KeyInfo, keyInfo } from "./key-info";

const DAY_MS = 86_400_000;

const Days = z.number("must be a number of days").int("must be a whole number of days").min(0, "must not be negative");

const Args = z.strictObject({
  includeRevoked: z
    .boolean("must be true or false")
    .optional()
    .describe("Whether keys that are not active are among the answer. Default: false."),
  unusedForDays: Days.optional().describe(
    "Only keys that were not used in this many days, up to now. A key that never was counts from when it was made. Default: all.",
  ),
  olderThanDays: Days.optional().describe("Only keys that were made at least this many days ago. Default: all."),
});

export const getGatewayKeys = defineFunction(
  {
    token: "dench:index:getGatewayKeys",
    description:
      "The gateway keys of the workspace, newest first, without the primary sandbox key: those that nobody uses, those that are too old, or all. Never their values.",
    args: Args,
    result: z.object({
      keys: z
        .array(KeyInfo.meta({ id: "GatewayKeyInfo", description: "What the workspace shows of a gateway key." }))
        .describe("The keys, newest first."),
    }),
  },
  async ({ client, clock }, { includeRevoked = false, unusedForDays, olderThanDays }) => {
    const keys = await client.listAll(includeRevoked ? undefined : "active");
    const now = clock.current;
    // What was made after the run began, or by a clock that is ahead of ours, is no days old.
    const isAged = (since: number, days = 0) => Math.max(0, now - since) >= days * DAY_MS;
    return {
      keys: keys
        .filter((key) => isAged(key.createdAt, olderThanDays))
        .filter((key) => unusedForDays === undefined || isAged(lastUse(key), unusedForDays))
        .map(keyInfo),
    };
  },
);

function lastUse({ id, lastUsedAt, createdAt }: Key): number {
  if (lastUsedAt !== undefined) return lastUsedAt ?? createdAt;
  throw new DenchError(
    "last_use_unknown",
    `Could not tell which keys are unused: the workspace does not say when the key ${id} was last used. Leave unusedForDays out.`,
  );
}
