import type { Key, KeyStatus } from "../store/keys";
import { CreatedKeyDialog, CreateKeyDialog, type CreateKeyDraft } from "./create-key";
import { DialogButton } from "./dialog";
import { formatCount } from "./format";
import { KeyTable } from "./key-table";
import { paths } from "./paths";
import { PrimaryKeyCard } from "./primary-key-card";

export const KEYS_PER_PAGE = 50;
/** The filter is shown for more keys than this. */
const UNFILTERED_KEYS = 10;

const STATUSES = [
  ["", "All"],
  ["active", "Active"],
  ["revoked", "Revoked"],
] as const;

export interface KeyFilter {
  readonly text: string;
  readonly status?: KeyStatus | undefined;
  /** The page number, starting at 1. */
  readonly page: number;
}

/** The result of the last action, shown on the page once. */
export interface KeysPageExtras {
  readonly revealed?: string;
  readonly created?: { readonly name: string; readonly value: string };
  readonly draft?: CreateKeyDraft;
}

interface KeysPageProps extends KeysPageExtras {
  readonly primary: Key;
  readonly keys: readonly Key[];
  /** The number of keys on all pages. */
  readonly total: number;
  readonly filter: KeyFilter;
  readonly isAdmin: boolean;
  readonly requestId: string;
  readonly now: number;
}

export function KeysPage(props: KeysPageProps) {
  const { primary, keys, total, filter, isAdmin, requestId, now, revealed, created, draft } = props;
  const query = queryOf(filter);
  const filtered = filter.text !== "" || filter.status !== undefined;
  return (
    <>
      <h1>API Keys</h1>
      <p class="lead">
        Programs send a key with each request to the gateway of this workspace. If every program has its own key, you
        can see its usage and revoke its access separately.
      </p>
      <PrimaryKeyCard
        primary={primary}
        value={revealed}
        isAdmin={isAdmin}
        requestId={requestId}
        query={query}
        now={now}
      />
      <section class="card" aria-labelledby="additional-title">
        <div class="heading">
          <div>
            <h2 id="additional-title">Additional Gateway Keys</h2>
            <p class="muted">Keys for your own programs, such as a deployment, a pipeline or a notebook.</p>
          </div>
          <DialogButton dialog="create-key" variant="primary">
            Create key
          </DialogButton>
        </div>
        {filtered || total > UNFILTERED_KEYS ? <FilterForm filter={filter} /> : null}
        {keys.length > 0 ? (
          <KeyTable keys={keys} query={query} now={now} />
        ) : (
          <p class="empty">{filtered ? "No keys match the filter." : "There are no additional keys yet."}</p>
        )}
        <Pagination filter={filter} total={total} />
      </section>
      <Advice />
      <CreateKeyDialog requestId={requestId} draft={draft} />
      {created ? <CreatedKeyDialog {...created} done={paths.keys + query} /> : null}
    </>
  );
}

function FilterForm({ filter }: { filter: KeyFilter }) {
  return (
    <search>
      <form method="get" action={paths.keys} class="filter">
        <label class="visually-hidden" for="text">
          Search by name, creator or last four characters
        </label>
        <input
          id="text"
          name="text"
          type="search"
          value={filter.text}
          placeholder="Name, creator or last four"
          maxlength={200}
          pattern="(?!dg_live_.{8}).*"
          title="Enter only the last four characters of a key. A complete key value would appear in the URL."
        />
        <label class="visually-hidden" for="status">
          Status
        </label>
        <select id="status" name="status">
          {STATUSES.map(([value, label]) => (
            <option value={value} selected={value === (filter.status ?? "")}>
              {label}
            </option>
          ))}
        </select>
        <button type="submit">Filter</button>
      </form>
    </search>
  );
}

function Pagination({ filter, total }: { filter: KeyFilter; total: number }) {
  const last = Math.max(1, Math.ceil(total / KEYS_PER_PAGE));
  if (last === 1) return null;
  const first = (filter.page - 1) * KEYS_PER_PAGE + 1;
  return (
    <nav class="pages" aria-label="Pages">
      <span class="muted">
        {formatCount(first)} to {formatCount(Math.min(total, first + KEYS_PER_PAGE - 1))} of {formatCount(total)}
      </span>
      {filter.page > 1 ? <a href={paths.keys + queryOf({ ...filter, page: filter.page - 1 })}>Newer</a> : null}
      {filter.page < last ? <a href={paths.keys + queryOf({ ...filter, page: filter.page + 1 })}>Older</a> : null}
    </nav>
  );
}

/** Returns the query of a view. It is empty for the first page of all keys. */
export function queryOf({ text, status, page }: KeyFilter): string {
  const query = new URLSearchParams();
  if (text !== "") query.set("text", text);
  if (status !== undefined) query.set("status", status);
  if (page > 1) query.set("page", String(page));
  return query.size > 0 ? `?${query}` : "";
}

function Advice() {
  return (
    <section class="advice" aria-labelledby="advice-title">
      <h2 id="advice-title">Keep keys secret</h2>
      <ul>
        <li>
          Pass a key to a program when it starts, for example from a secret store. Do not write it into a file of a
          repository: it remains in the history.
        </li>
        <li>
          Do not reuse a key. If two programs share one, you cannot tell their requests apart or revoke one alone.
        </li>
        <li>If a key may have leaked, create a new one, switch the program to it, and revoke the old one.</li>
        <li>Revoke keys that no program uses. Last Used shows which ones are idle.</li>
      </ul>
    </section>
  );
}
