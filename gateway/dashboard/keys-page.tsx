import type { Key, KeyStatus } from "../store/keys";
import { CreatedKeyDialog, CreateKeyDialog, type CreateKeyDraft } from "./create-key";
import { Opens } from "./dialog";
import { formatCount } from "./format";
import { KeyTable } from "./key-table";
import { paths } from "./paths";
import { PrimaryKeyCard } from "./primary-key-card";

export const KEYS_PER_PAGE = 50;
/** With fewer keys, there is nothing to look for. */
const MANY = 10;

const STATUSES = [
  ["", "All"],
  ["active", "Active"],
  ["revoked", "Revoked"],
] as const;

export interface KeyFilter {
  readonly text: string;
  readonly status?: KeyStatus | undefined;
  /** From 1. */
  readonly page: number;
}

/** What has just been shown or refused, besides the keys. */
export interface KeysPageExtras {
  readonly revealed?: string;
  readonly created?: { readonly name: string; readonly value: string };
  readonly draft?: CreateKeyDraft;
}

interface KeysPageProps extends KeysPageExtras {
  readonly primary: Key;
  readonly keys: readonly Key[];
  /** On all pages. */
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
        Gateway API keys are how agents and external tools authenticate with the gateway of this workspace.
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
            <p class="muted">One for each environment or integration. Revoke a key when it is no longer needed.</p>
          </div>
          <Opens dialog="create-key" look="primary">
            Create key
          </Opens>
        </div>
        {filtered || total > MANY ? <FilterForm filter={filter} /> : null}
        {keys.length > 0 ? (
          <KeyTable keys={keys} query={query} now={now} />
        ) : (
          <p class="empty">{filtered ? "No key matches." : "There are no additional keys yet."}</p>
        )}
        <Pages filter={filter} total={total} />
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
          title="Not a whole value, which would stand in the address: its last four characters are enough."
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

function Pages({ filter, total }: { filter: KeyFilter; total: number }) {
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

/** Empty for all keys, from the first page on. */
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
      <h2 id="advice-title">Never share secrets</h2>
      <ul>
        <li>Store keys in environment variables or a secrets manager.</li>
        <li>Never commit keys to source code, even in private repositories.</li>
        <li>Use separate keys per environment: production, staging, development.</li>
        <li>Rotate after team changes or suspected exposure.</li>
      </ul>
    </section>
  );
}
