import type { KeyCounts } from "../store/keys";
import { formatCount } from "./format";
import type { ListedKey } from "./key-origin";
import { KeyTable } from "./key-table";
import { addressOf, KEYS_PER_PAGE, type KeyView, SORTS, SortName, type StatusChoice } from "./key-view";
import { NoKeys } from "./no-keys";
import { paths } from "./paths";

/** The search is shown for more keys than this. */
const UNSEARCHED_KEYS = 10;

const STATUSES: readonly (readonly [StatusChoice, string])[] = [
  ["all", "All"],
  ["active", "Active"],
  ["revoked", "Revoked"],
];

interface KeyListProps {
  readonly keys: readonly ListedKey[];
  /** The number of keys on all pages that match the text, by status. */
  readonly counts: KeyCounts;
  readonly view: KeyView;
  readonly now: number;
}

/** The additional keys of a view, and the controls that change the view. */
export function KeyList({ keys, counts, view, now }: KeyListProps) {
  if (view.text === "" && counts.all === 0) return <NoKeys />;
  const count = counts[view.status];
  const found = `${formatCount(count)} ${count === 1 ? "key" : "keys"}`;
  return (
    <>
      {view.text !== "" || counts.all > UNSEARCHED_KEYS ? <SearchForm view={view} /> : null}
      {/* The script replaces the list while someone types. Screen readers read this text when it changes. */}
      <p id="found" class="visually-hidden" role="status" />
      <div id="key-list" data-found={found}>
        <StatusTabs view={view} counts={counts} />
        {keys.length > 0 ? <KeyTable keys={keys} view={view} now={now} /> : <NoMatches view={view} counts={counts} />}
        <Pagination view={view} count={count} />
      </div>
    </>
  );
}

function SearchForm({ view }: { view: KeyView }) {
  return (
    <search>
      <form method="get" action={paths.keys} class="filter" data-live="key-list">
        <label class="visually-hidden" for="text">
          Search by name, creator, ID or last four characters
        </label>
        <input
          id="text"
          name="text"
          type="search"
          value={view.text}
          placeholder="Name, creator, ID or last four"
          autocomplete="off"
          spellcheck={false}
          maxlength={200}
          pattern="(?!dg_live_.{8}).*"
          title="Enter only the last four characters of a key. A complete key value would appear in the URL."
        />
        <label class="visually-hidden" for="sort">
          Sort by
        </label>
        <select id="sort" name="sort">
          {SortName.options.map((sort) => (
            <option value={sort} selected={sort === view.sort}>
              {SORTS[sort].label}
            </option>
          ))}
        </select>
        <input type="hidden" name="status" value={view.status} />
        <button type="submit" class="without-script">
          Search
        </button>
      </form>
    </search>
  );
}

function StatusTabs({ view, counts }: { view: KeyView; counts: KeyCounts }) {
  const isFiltered = view.text !== "" || view.status !== "active" || view.sort !== "newest";
  return (
    <div class="tab-row">
      <nav class="tabs" aria-label="Status">
        {STATUSES.map(([status, label]) => (
          <a href={addressOf({ ...view, status, page: 1 })} aria-current={status === view.status ? "page" : undefined}>
            {label} <span class="count">{formatCount(counts[status])}</span>
          </a>
        ))}
      </nav>
      {isFiltered ? (
        <a class="clear" href={paths.keys}>
          Clear
        </a>
      ) : null}
    </div>
  );
}

/** What to do if the view is empty, although the workspace has keys. */
function NoMatches({ view, counts }: { view: KeyView; counts: KeyCounts }) {
  const { text, status } = view;
  const kind = status === "all" || counts.all === 0 ? "key" : `${status} key`;
  const others = counts.all - counts[status];
  if (counts[status] > 0) {
    return (
      <p class="empty">
        This page is past the last key. <a href={addressOf({ ...view, page: 1 })}>Go to the first page</a>
      </p>
    );
  }
  return (
    <p class="empty">
      {text === "" ? (
        `There is no ${kind}.`
      ) : (
        <>
          No {kind} matches “{text}”.
        </>
      )}{" "}
      {others > 0 ? (
        <a href={addressOf({ ...view, status: "all", page: 1 })}>
          {others === 1 ? `Show 1 ${otherOf(status)} key` : `Show ${formatCount(others)} ${otherOf(status)} keys`}
        </a>
      ) : (
        <a href={paths.keys}>Show all active keys</a>
      )}
    </p>
  );
}

function otherOf(status: StatusChoice): string {
  return status === "active" ? "revoked" : "active";
}

function Pagination({ view, count }: { view: KeyView; count: number }) {
  const last = Math.max(1, Math.ceil(count / KEYS_PER_PAGE));
  if (last === 1 || view.page > last) return null;
  const first = (view.page - 1) * KEYS_PER_PAGE + 1;
  return (
    <nav class="pages" aria-label="Pages">
      <span class="muted">
        {formatCount(first)} to {formatCount(Math.min(count, first + KEYS_PER_PAGE - 1))} of {formatCount(count)}
      </span>
      {view.page > 1 ? <a href={addressOf({ ...view, page: view.page - 1 })}>Previous</a> : null}
      {view.page < last ? <a href={addressOf({ ...view, page: view.page + 1 })}>Next</a> : null}
    </nav>
  );
}
