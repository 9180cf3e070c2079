import * as z from "zod";
import { parsedArguments } from "../../arguments";
import { LARGEST_PAGE } from "../../client/client";
import type { Listing } from "../handler";

const Query = z.strictObject({
  status: z
    .enum(["active", "revoked", "all"], "must be active, revoked or all")
    .optional()
    .describe("Only keys of this status: `active`, `revoked` or `all`. Default: active."),
  name: z.string("must be a string").optional().describe("Only keys with exactly this name. Default: any."),
});

export const listing: Listing = {
  query: Query,

  async page({ client }, { query, limit = Number.POSITIVE_INFINITY, pageSize = LARGEST_PAGE, from }) {
    const { status = "active", name } = parsedArguments(Query, query, "list the gateway keys");
    const most = Math.min(pageSize, LARGEST_PAGE);
    const items: { id: string; name: string }[] = [];
    let cursor = from;
    do {
      // A page of ours ends where one of the API does, so that the API's cursor leads to the next.
      const room = (name === undefined ? Math.min(most, limit) : most) - items.length;
      const page = await client.listKeys({ status: status === "all" ? undefined : status, limit: room, cursor });
      items.push(...page.items.filter((key) => name === undefined || key.name === name));
      cursor = page.cursor ?? undefined;
      // A filter by name goes on until a page is half full: an empty one would look like the end.
    } while (cursor !== undefined && items.length < Math.min(most / 2, limit));
    const isAll = items.length >= limit;
    return { items: items.slice(0, limit).map(({ id, name }) => ({ id, name })), next: isAll ? undefined : cursor };
  },
};
