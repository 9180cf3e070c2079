import * as z from "zod";
import { type KeyOrder, type KeySearch, KeyStatus } from "../store/keys";
import { paths } from "./paths";

export const KEYS_PER_PAGE = 50;

/** The orders of the list of keys. */
export const SortName = z.enum([
  "newest",
  "oldest",
  "name",
  "name-reversed",
  "used",
  "unused",
  "requests",
  "fewest-requests",
  "cost",
  "lowest-cost",
]);
export type SortName = z.infer<typeof SortName>;

interface Sort {
  readonly label: string;
  readonly orderBy: KeyOrder;
  readonly descending: boolean;
}

export const SORTS: Readonly<Record<SortName, Sort>> = {
  newest: { label: "Newest first", orderBy: "created", descending: true },
  oldest: { label: "Oldest first", orderBy: "created", descending: false },
  name: { label: "Name, A to Z", orderBy: "name", descending: false },
  "name-reversed": { label: "Name, Z to A", orderBy: "name", descending: true },
  used: { label: "Recently used", orderBy: "used", descending: true },
  unused: { label: "Longest unused", orderBy: "used", descending: false },
  requests: { label: "Most requests", orderBy: "requests", descending: true },
  "fewest-requests": { label: "Fewest requests", orderBy: "requests", descending: false },
  cost: { label: "Highest cost", orderBy: "cost", descending: true },
  "lowest-cost": { label: "Lowest cost", orderBy: "cost", descending: false },
};

export const StatusChoice = z.enum(["all", ...KeyStatus.options]);
export type StatusChoice = z.infer<typeof StatusChoice>;

/** The part of the list of keys that a page shows. */
export const KeyView = z.object({
  text: z.string().trim().max(200).catch(""),
  status: StatusChoice.catch("active"),
  sort: SortName.catch("newest"),
  /** The page number, starting at 1. */
  page: z.coerce.number().int().min(1).catch(1),
});
export type KeyView = z.infer<typeof KeyView>;

/** The view of the page without a query. */
const DEFAULT_VIEW: KeyView = { text: "", status: "active", sort: "newest", page: 1 };

/** Returns the query of a view. It is empty for the first page of the default view. */
export function queryOf({ text, status, sort, page }: KeyView): string {
  const query = new URLSearchParams();
  if (text !== DEFAULT_VIEW.text) query.set("text", text);
  if (status !== DEFAULT_VIEW.status) query.set("status", status);
  if (sort !== DEFAULT_VIEW.sort) query.set("sort", sort);
  if (page !== DEFAULT_VIEW.page) query.set("page", String(page));
  return query.size > 0 ? `?${query}` : "";
}

/** Returns the address of a view. */
export function addressOf(view: Partial<KeyView>): string {
  return paths.keys + queryOf({ ...DEFAULT_VIEW, ...view });
}

export function searchOf({ text, status, sort, page }: KeyView): KeySearch {
  const { orderBy, descending } = SORTS[sort];
  return {
    text,
    status: status === "all" ? undefined : status,
    orderBy,
    descending,
    limit: KEYS_PER_PAGE,
    offset: (page - 1) * KEYS_PER_PAGE,
  };
}
