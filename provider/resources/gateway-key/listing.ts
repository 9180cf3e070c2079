import * as z from "zod";
import { parsedArguments } from "../../arguments";
import { LARGEST_PAGE } from "../../client/client";
import { numberLikeText } from "../../number-like-text";
import type { Listing } from "../handler";

const Query = z.strictObject({
  status: z
    .enum(["active", "revoked", "all"], "must be active, revoked or all")
    .optional()
    .describe("Only keys of this status: `active`, `revoked` or `all`. Default: active."),
  name: numberLikeText(z.string("must be a string"))
    .optional()
    .describe("Only keys with exactly this name. Default: any."),
});

/** Where a page of ours goes on: in which page of the API, and after how many of its keys that have the name. */
interface Place {
  readonly cursor: string | undefined;
  readonly skip: number;
}

export const listing: Listing = {
  query: Query,

  async page({ client }, { query, limit = Number.POSITIVE_INFINITY, pageSize = LARGEST_PAGE, from, signal }) {
    const { status = "active", name } = parsedArguments(Query, query, "list the gateway keys");
    const most = Math.min(pageSize, LARGEST_PAGE, limit);
    const items: { id: string; name: string }[] = [];
    let place: Place | undefined = placeOf(from);
    while (place && items.length < most && !signal.aborted) {
      const { cursor, skip }: Place = place;
      const room = most - items.length;
      // The API has no filter by name: with one, whole pages are read until one of ours is full.
      const asked = name === undefined ? room : LARGEST_PAGE;
      const page = await client.listKeys({ status: status === "all" ? undefined : status, limit: asked, cursor });
      const named = page.items.filter((key) => name === undefined || key.name === name).slice(skip);
      items.push(...named.slice(0, room).map(({ id, name }) => ({ id, name })));
      if (named.length > room) place = { cursor, skip: skip + room };
      else place = page.cursor === null ? undefined : { cursor: page.cursor, skip: 0 };
    }
    return { items, next: place && items.length < limit ? tokenOf(place) : undefined };
  },
};

function tokenOf({ cursor = "", skip }: Place): string {
  return `${skip}:${cursor}`;
}

function placeOf(token: string | undefined): Place {
  const [, skip = "0", cursor = ""] = /^(\d+):(.*)$/s.exec(token ?? "") ?? [];
  return { cursor: cursor === "" ? undefined : cursor, skip: Number(skip) };
}
