import * as z from "zod";
import { endless, MOST_BATCHES } from "../../client/client";
import { parsedArguments } from "../../values/arguments";
import { numberLikeText } from "../../values/number-like-text";
import type { Listing } from "../handler";

const Query = z.strictObject({
  status: z
    .enum(["active", "revoked", "all"], "must be active, revoked or all")
    .optional()
    .describe("The status of the keys to list: `active`, `revoked` or `all`. Defaults to `active`."),
  name: numberLikeText(z.string("must be a string"))
    .optional()
    .describe("The exact name of the keys to list. Defaults to any name."),
});

/** Keys in a page of ours. */
const LARGEST_PAGE = 100;

/** Where a page of ours goes on: in which batch of the API, and after how many of its keys that have the name. */
interface Place {
  readonly from: string | undefined;
  readonly skip: number;
  /** How many batches of the API came before. */
  readonly count: number;
}

export const listing: Listing = {
  query: Query,

  async page({ client }, { query, limit = Number.POSITIVE_INFINITY, pageSize = LARGEST_PAGE, from, signal }) {
    const { status = "active", name } = parsedArguments(Query, query, "list the gateway keys");
    const most = Math.min(pageSize, LARGEST_PAGE, limit);
    const items: { id: string; name: string }[] = [];
    let place: Place | undefined = placeOf(from);
    const batches = client.batches(
      {
        status: status === "all" ? undefined : status,
        // The API has no filter by name: with one, whole batches are read until a page of ours is full.
        atMost: () => (name === undefined ? most - items.length : undefined),
        from: place.from,
      },
      signal,
    );
    for await (const { keys, next } of batches) {
      const { from, skip, count }: Place = place;
      const room = most - items.length;
      const named = keys.filter((key) => name === undefined || key.name === name).slice(skip);
      items.push(...named.slice(0, room).map(({ id, name }) => ({ id, name })));
      if (named.length > room) place = { from, skip: skip + room, count };
      else place = next === undefined ? undefined : { from: next, skip: 0, count: count + 1 };
      if (place === undefined || items.length >= most) break;
    }
    return { items, next: place && items.length < limit ? tokenOf(place) : undefined };
  },
};

function tokenOf({ from = "", skip, count }: Place): string {
  return `${skip}:${count}:${from}`;
}

function placeOf(token: string | undefined): Place {
  const [, skip = "0", count = "0", place = ""] = /^(\d+):(\d+):(.*)$/s.exec(token ?? "") ?? [];
  // The engine asks for page after page: it is here that a list which leads round and round ends.
  if (Number(count) > MOST_BATCHES) throw endless();
  return { from: place === "" ? undefined : place, skip: Number(skip), count: Number(count) };
}
