import * as z from "zod";
import { endless, LARGEST_PAGE, MOST_PAGES } from "../../client/client";
import { parsedArguments } from "../../values/arguments";
import { numberLikeText } from "../../values/number-like-text";
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
  /** How many pages of the API came before. */
  readonly page: number;
}

export const listing: Listing = {
  query: Query,

  async page({ client }, { query, limit = Number.POSITIVE_INFINITY, pageSize = LARGEST_PAGE, from, signal }) {
    const { status = "active", name } = parsedArguments(Query, query, "list the gateway keys");
    const most = Math.min(pageSize, LARGEST_PAGE, limit);
    const items: { id: string; name: string }[] = [];
    let place: Place | undefined = placeOf(from);
    const pages = client.keyPages(
      {
        status: status === "all" ? undefined : status,
        // The API has no filter by name: with one, whole pages are read until one of ours is full.
        limit: () => (name === undefined ? most - items.length : LARGEST_PAGE),
        cursor: place.cursor,
      },
      signal,
    );
    for await (const page of pages) {
      const { cursor, skip, page: count }: Place = place;
      const room = most - items.length;
      const named = page.items.filter((key) => name === undefined || key.name === name).slice(skip);
      items.push(...named.slice(0, room).map(({ id, name }) => ({ id, name })));
      if (named.length > room) place = { cursor, skip: skip + room, page: count };
      else place = page.cursor === null ? undefined : { cursor: page.cursor, skip: 0, page: count + 1 };
      if (place === undefined || items.length >= most) break;
    }
    return { items, next: place && items.length < limit ? tokenOf(place) : undefined };
  },
};

function tokenOf({ cursor = "", skip, page }: Place): string {
  return `${skip}:${page}:${cursor}`;
}

function placeOf(token: string | undefined): Place {
  const [, skip = "0", page = "0", cursor = ""] = /^(\d+):(\d+):(.*)$/s.exec(token ?? "") ?? [];
  // The engine asks for page after page: it is here that a list which leads round and round ends.
  if (Number(page) > MOST_PAGES) throw endless();
  return { cursor: cursor === "" ? undefined : cursor, skip: Number(skip), page: Number(page) };
}
