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

/** The maximum number of keys in a page for the engine. */
const LARGEST_PAGE = 100;

/** The start of the next page for the engine. */
interface Place {
  /** The cursor of the API batch. Undefined for the first batch. */
  readonly from: string | undefined;
  /** The number of keys with the name in this batch that earlier pages contain. */
  readonly skip: number;
  /** The number of API batches that are complete. */
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
        // The API cannot filter by name, so full batches are read until the page is full.
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
  // The engine requests one page after another, so a cursor that loops is detected here.
  if (Number(count) > MOST_BATCHES) throw endless();
  return { from: place === "" ? undefined : place, skip: Number(skip), count: Number(count) };
}
