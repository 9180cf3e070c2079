import * as z from "zod";
import type { Key } from "../../contract/port";
import { DenchError } from "../errors";
import { defineFunction } from "./handler";
import { KeyInfo, keyInfo } from "./key-info";

const DAY_MS = 86_400_000;

const Days = z.number("must be a number of days").int("must be an integer").min(0, "must not be negative");

const Args = z.strictObject({
  includeRevoked: z
    .boolean("must be true or false")
    .optional()
    .describe("Whether to include keys that are not active. Defaults to `false`."),
  unusedForDays: Days.optional().describe(
    "The number of days, up to now, in which a key must not have been used to be included. For a key that was never used, the days since its creation count. Defaults to all keys.",
  ),
  olderThanDays: Days.optional().describe(
    "The number of days since the creation of a key that are needed to include it. Defaults to all keys.",
  ),
});

export const getGatewayKeys = defineFunction(
  {
    token: "dench:index:getGatewayKeys",
    description:
      "Lists the gateway keys of the workspace, newest first, without the primary sandbox key. Filters select unused keys or old keys. Key values are not available.",
    args: Args,
    result: z.object({
      keys: z
        .array(
          KeyInfo.meta({ id: "GatewayKeyInfo", description: "Information about a gateway key, without its value." }),
        )
        .describe("The keys, newest first."),
    }),
  },
  async ({ client, clock }, { includeRevoked = false, unusedForDays, olderThanDays }) => {
    const keys = await client.listAll(includeRevoked ? undefined : "active");
    const now = clock.current;
    // A key that was created after the run began, or by a clock that is ahead, has the age 0.
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
    `Could not tell which keys are unused: the workspace does not report when the key ${id} was last used. Call the function without unusedForDays.`,
  );
}
