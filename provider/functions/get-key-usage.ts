import * as z from "zod";
import { defineFunction } from "./handler";

const DailyUsage = z
  .object({
    date: z.string().describe("The day, YYYY-MM-DD, in UTC."),
    requests: z.number().int().describe("Requests made on it."),
    costUsd: z.number().describe("What they cost, estimated, in US dollars."),
  })
  .meta({ id: "DailyUsage", description: "The use of a gateway key on one day." });

export const getKeyUsage = defineFunction(
  {
    token: "dench:index:getKeyUsage",
    description: "How much a gateway key was used in the last 30 days, in all and on each day.",
    args: z.strictObject({
      keyId: z.string("must be a string").min(1, "must not be empty").describe("Id of the key, revoked or not."),
    }),
    result: z.object({
      keyId: z.string().describe("Id of the key."),
      requests: z.number().int().describe("Requests made with it in the last 30 days."),
      costUsd: z.number().describe("What they cost, estimated, in US dollars."),
      daily: z.array(DailyUsage).describe("Each of the 30 days, oldest first, today last."),
    }),
  },
  async ({ client }, { keyId }) => {
    const { requests, costUsd, daily } = await client.usage(keyId);
    return { keyId, requests, costUsd, daily: [...daily] };
  },
);
