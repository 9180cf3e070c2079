import * as z from "zod";
import { defineFunction } from "./handler";

const DailyUsage = z
  .object({
    date: z.string().describe("The day in UTC, in the form `YYYY-MM-DD`."),
    requests: z.number().int().describe("The number of requests on that day."),
    costUsd: z.number().describe("The estimated cost of these requests, in US dollars."),
  })
  .meta({ id: "DailyUsage", description: "The usage of a gateway key on one day." });

/** Leaves out what an API may report in addition. */
function dailyUsageOf({ date, requests, costUsd }: z.infer<typeof DailyUsage>): z.infer<typeof DailyUsage> {
  return { date, requests, costUsd };
}

export const getKeyUsage = defineFunction(
  {
    token: "dench:index:getKeyUsage",
    description: "Reads the usage of a gateway key in the last 30 days: the totals, and each day.",
    args: z.strictObject({
      keyId: z.string("must be a string").min(1, "must not be empty").describe("The ID of the key, active or revoked."),
    }),
    result: z.object({
      keyId: z.string().describe("The ID of the key."),
      requests: z.number().int().describe("The number of requests with this key in the last 30 days."),
      costUsd: z.number().describe("The estimated cost of these requests, in US dollars."),
      daily: z.array(DailyUsage).describe("The usage on each of the 30 days, oldest first."),
    }),
  },
  async ({ client }, { keyId }) => {
    const { requests, costUsd, daily } = await client.usage(keyId);
    return { keyId, requests, costUsd, daily: daily.map(dailyUsageOf) };
  },
);
