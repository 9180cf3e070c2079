import { setImmediate } from "node:timers/promises";
import * as z from "zod";
import type { Database } from "./database";
import { inJson } from "./in-json";
import type { Caller } from "./members";
import { hashOf, randomText } from "./secrets";
import type { Usage } from "./usage";
import type { Vault } from "./vault";

const VALUE_PREFIX = "dg_live_";

export const KeyKind = z.enum(["primary", "additional"]);
export type KeyKind = z.infer<typeof KeyKind>;

export const KeyStatus = z.enum(["active", "revoked"]);
export type KeyStatus = z.infer<typeof KeyStatus>;

/** A key, without its value. Times are in milliseconds since the epoch. */
export interface Key {
  readonly id: string;
  readonly name: string;
  readonly kind: KeyKind;
  /** The visible prefix of the key value. */
  readonly prefix: string;
  readonly last4: string;
  readonly scopes: readonly string[];
  readonly status: KeyStatus;
  readonly createdAt: number;
  readonly createdBy: Pick<Caller, "id" | "name">;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
  readonly requestId: string | null;
  readonly usage30d: Usage;
}

export interface KeyFilter {
  readonly limit: number;
  /** Only keys older than the one with this sequence number. */
  readonly before?: number | undefined;
  readonly status?: KeyStatus | undefined;
}

/** What a search can sort by. `used` is the last use, and `requests` and `cost` are those of `usage30d`. */
export const KeyOrder = z.enum(["created", "name", "used", "requests", "cost"]);
export type KeyOrder = z.infer<typeof KeyOrder>;

/** A search of the dashboard. `status` defaults to any. */
export interface KeySearch {
  readonly status: KeyStatus | undefined;
  /**
   * A part of the name or of the creator's name, an ID or the beginning of one, or the last four characters of the value. If empty,
   * matches every key.
   */
  readonly text: string;
  readonly orderBy: KeyOrder;
  readonly descending: boolean;
  readonly limit: number;
  readonly offset: number;
}

/** The number of keys that match the text of a search, by status. */
export type KeyCounts = Readonly<Record<KeyStatus | "all", number>>;

type Optional<Field extends keyof Key> = { readonly [Each in Field]?: NonNullable<Key[Each]> | undefined };

/** The fields of a key that its creator chooses. */
export interface ChosenFields extends Pick<Key, "name" | "scopes">, Optional<"requestId"> {}

interface NewKeyRow extends ChosenFields {
  readonly kind: KeyKind;
  readonly createdAt: number;
  readonly createdBy: Caller;
}

/** The fields of an active key that the data plane needs. */
export interface LiveKey {
  readonly id: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
}

const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);

/** A row of the table of keys. */
const StoredRow = z.object({
  sequence: z.number(),
  id: z.string(),
  name: inJson(z.string()),
  kind: KeyKind,
  prefix: z.string(),
  last4: z.string(),
  scopes: inJson(z.array(z.string())),
  status: KeyStatus,
  created_at: z.number(),
  created_by_id: z.string(),
  created_by_name: z.string(),
  last_used_at: z.number().nullable(),
  revoked_at: z.number().nullable(),
  request_id: z.string().nullable(),
  value_hash: Bytes,
  value_sealed: Bytes.nullable(),
});

/** The columns that are written for a new key. SQLite counts the sequence, and the key is neither used nor revoked. */
type NewRow = Omit<z.input<typeof StoredRow>, "sequence" | "last_used_at" | "revoked_at">;

const KeyRow = StoredRow.omit({ value_hash: true, value_sealed: true }).extend({
  requests: z.number(),
  cost_usd: z.number(),
});
type KeyRow = z.infer<typeof KeyRow>;

const LiveKeyRow = KeyRow.pick({ id: true, scopes: true, created_at: true });
const SealedRow = z.object({ id: z.string(), value_sealed: Bytes });
const MatchRow = z.object({ sequence: z.number(), status: KeyStatus, rank: z.union([z.number(), inJson(z.string())]) });
type Match = z.infer<typeof MatchRow>;
const NewestRow = z.object({ newest: z.number() });

const sumOfUsage = (column: "requests" | "cost_usd") =>
  `(SELECT coalesce(sum(${column}), 0) FROM usage WHERE key_id = keys.id AND date > :since)`;
const KEY_COLUMNS = `keys.*, ${sumOfUsage("requests")} AS requests, ${sumOfUsage("cost_usd")} AS cost_usd`;

/** The number of rows that one statement of a search reads. */
const SLICE = 1000;

/** What a search compares keys by. */
const RANKS: Readonly<Record<KeyOrder, string>> = {
  created: "sequence",
  name: "name",
  used: "coalesce(last_used_at, 0)",
  requests: sumOfUsage("requests"),
  cost: sumOfUsage("cost_usd"),
};
const MATCHES = `FROM keys
  WHERE sequence > :above AND sequence <= :to AND kind = 'additional'
  AND (:text = '' OR instr(lower(name ->> '$'), lower(:text)) OR instr(lower(created_by_name), lower(:text))
    OR last4 = :last4 OR instr(id, :id) = 1)`;
const THESE = `SELECT ${KEY_COLUMNS} FROM keys WHERE sequence IN (SELECT value FROM json_each(:sequences))`;

const collator = new Intl.Collator("en", { numeric: true });

const PRIMARY = "kind = 'primary' AND status = 'active'";

/** The query of every data plane request. It is a single index lookup, regardless of the number of keys. */
export const LIVE_KEY = "SELECT id, scopes, created_at FROM keys WHERE value_hash = ? AND status = 'active'";

/** The table of keys, including revoked ones. */
export class Keys {
  readonly #database: Database;
  readonly #vault: Vault;
  readonly #usedSince: () => string;

  /** `usedSince` returns the day before the period of `usage30d`. */
  constructor(database: Database, vault: Vault, usedSince: () => string) {
    this.#database = database;
    this.#vault = vault;
    this.#usedSince = usedSince;
  }

  insert({ kind, name, scopes, requestId, createdAt, createdBy }: NewKeyRow): { key: Key; value: string } {
    const id = `key_${randomText(24)}`;
    const value = VALUE_PREFIX + randomText(32);
    const row: NewRow = {
      id,
      name: JSON.stringify(name),
      kind,
      prefix: VALUE_PREFIX,
      last4: value.slice(-4),
      scopes: JSON.stringify(scopes),
      status: "active",
      created_at: createdAt,
      created_by_id: createdBy.id,
      created_by_name: createdBy.name,
      request_id: requestId ?? null,
      value_hash: hashOf(value),
      // Kept for the primary key alone: it can be revealed.
      value_sealed: kind === "primary" ? this.#vault.seal(value) : null,
    };
    const columns = Object.keys(row);
    this.#database
      .prepare(`INSERT INTO keys (${columns.join(", ")}) VALUES (${columns.map((name) => `:${name}`).join(", ")})`)
      .run(row);
    const key = this.byId(id);
    if (!key) throw new Error("the inserted key does not exist");
    return { key, value };
  }

  /** Revokes a key. Returns false if it was not active. */
  revoke(id: string, now: number): boolean {
    const { changes } = this.#database
      // The clock can be set back, but no key is revoked before it is created.
      .prepare(
        "UPDATE keys SET status = 'revoked', revoked_at = max(:now, created_at) WHERE id = :id AND status = 'active'",
      )
      .run({ id, now });
    return changes > 0;
  }

  byId(id: string): Key | undefined {
    return this.#where("id = :id", { id });
  }

  byRequestId(requestId: string): Key | undefined {
    return this.#where("request_id = :requestId", { requestId });
  }

  primary(): Key {
    const key = this.#where(PRIMARY, {});
    if (!key) throw new Error("the workspace has no primary key");
    return key;
  }

  /** Returns the active key with this value, of either kind. */
  activeOf(value: string): Key | undefined {
    return this.#where("value_hash = :hash AND status = 'active'", { hash: hashOf(value) });
  }

  primaryValue(): { id: string; value: string } {
    const row = this.#database.prepare(`SELECT id, value_sealed FROM keys WHERE ${PRIMARY}`).get();
    const { id, value_sealed } = SealedRow.parse(row);
    return { id, value: this.#vault.open(value_sealed) };
  }

  live(value: string): LiveKey | undefined {
    const row = this.#database.prepare(LIVE_KEY).get(hashOf(value));
    if (!row) return undefined;
    const { id, scopes, created_at } = LiveKeyRow.parse(row);
    return { id, scopes, createdAt: created_at };
  }

  /** Returns a page of additional keys, newest first. `next` is the `before` of the next page, if there is one. */
  list({ limit, before, status }: KeyFilter): { keys: Key[]; next: number | undefined } {
    const rows = this.#database
      .prepare(
        `SELECT ${KEY_COLUMNS} FROM keys
         WHERE kind = 'additional' AND sequence < :before AND (:status IS NULL OR status = :status)
         ORDER BY sequence DESC LIMIT :limit`,
      )
      .all({
        since: this.#usedSince(),
        before: before ?? Number.MAX_SAFE_INTEGER,
        status: status ?? null,
        limit: limit + 1,
      })
      .map((row) => KeyRow.parse(row));
    const page = rows.slice(0, limit);
    return { keys: page.map(keyOf), next: rows.length > limit ? page.at(-1)?.sequence : undefined };
  }

  /**
   * Returns a page of the matching additional keys, and the number of matches on all pages. Searches the table in slices, with a
   * turn of the event loop for each, so that other requests do not wait for the end of the search.
   */
  async find(search: KeySearch): Promise<{ keys: Key[]; counts: KeyCounts }> {
    const { status, orderBy, offset, limit } = search;
    const statement = this.#database.prepare(`SELECT sequence, status, ${RANKS[orderBy]} AS rank ${MATCHES}`);
    const terms = { ...termsOf(search), ...(RANKS[orderBy].includes(":since") ? { since: this.#usedSince() } : {}) };
    const compare = comparisonOf(search);
    const counts = { all: 0, active: 0, revoked: 0 };
    let first: Match[] = [];
    for (let to = this.#newestSequence(); to > 0; to -= SLICE) {
      const matches = statement.all({ ...terms, above: to - SLICE, to }).map((row) => MatchRow.parse(row));
      counts.all += matches.length;
      for (const match of matches) counts[match.status] += 1;
      const wanted = matches.filter((match) => status === undefined || match.status === status).sort(compare);
      first = merge(first, wanted, compare, offset + limit);
      await setImmediate();
    }
    return { keys: this.#these(first.slice(offset)), counts };
  }

  /** Returns the keys of these matches, in this order. */
  #these(matches: readonly Match[]): Key[] {
    const sequences = matches.map(({ sequence }) => sequence);
    const rows = this.#database
      .prepare(THESE)
      .all({ since: this.#usedSince(), sequences: JSON.stringify(sequences) })
      .map((row) => KeyRow.parse(row));
    const bySequence = new Map(rows.map((row) => [row.sequence, keyOf(row)]));
    return sequences.flatMap((sequence) => bySequence.get(sequence) ?? []);
  }

  #newestSequence(): number {
    const row = this.#database.prepare("SELECT coalesce(max(sequence), 0) AS newest FROM keys").get();
    return NewestRow.parse(row).newest;
  }

  #where(condition: string, values: Record<string, string | Uint8Array>): Key | undefined {
    const row = this.#database
      .prepare(`SELECT ${KEY_COLUMNS} FROM keys WHERE ${condition}`)
      .get({ since: this.#usedSince(), ...values });
    return row && keyOf(KeyRow.parse(row));
  }
}

/** Returns what the text of a search is compared with. */
function termsOf({ text }: KeySearch) {
  return { text, last4: text.replace(/^…/, ""), id: idIn(text) ?? null };
}

/** Returns the ID, or the beginning of one, at the start of a text such as `key_4hIm (…D3BZ)`. */
export function idIn(text: string): string | undefined {
  return /^key_\w+/.exec(text)?.[0];
}

/** Returns the order of a search. Keys of one rank are newest first. */
function comparisonOf({ descending }: KeySearch): (one: Match, other: Match) => number {
  const sign = descending ? -1 : 1;
  return (one, other) => sign * compareRanks(one.rank, other.rank) || other.sequence - one.sequence;
}

function compareRanks(one: Match["rank"], other: Match["rank"]): number {
  return typeof one === "string" || typeof other === "string"
    ? collator.compare(String(one), String(other))
    : one - other;
}

/** Merges two sorted lists. Returns the first items, at most as many as the limit. */
function merge<Item>(
  one: readonly Item[],
  other: readonly Item[],
  compare: (one: Item, other: Item) => number,
  limit: number,
): Item[] {
  const merged: Item[] = [];
  for (let [i, j] = [0, 0]; merged.length < limit; ) {
    const [left, right] = [one[i], other[j]];
    if (left !== undefined && (right === undefined || compare(left, right) <= 0)) {
      merged.push(left);
      i += 1;
    } else if (right !== undefined) {
      merged.push(right);
      j += 1;
    } else break;
  }
  return merged;
}

function keyOf(row: KeyRow): Key {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    prefix: row.prefix,
    last4: row.last4,
    scopes: row.scopes,
    status: row.status,
    createdAt: row.created_at,
    createdBy: { id: row.created_by_id, name: row.created_by_name },
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
    requestId: row.request_id,
    usage30d: { requests: row.requests, costUsd: row.cost_usd },
  };
}
