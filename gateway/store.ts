import * as z from "zod";
import { DEFAULT_SCOPES, type Key, type KeyUsage, type RequestIdUsedDetails, Role, type Status } from "../contract";
import { Database, isUnavailable } from "./database";
import { hashOf, randomText, Vault } from "./secrets";

const DAY_MS = 24 * 60 * 60 * 1000;
const VALUE_PREFIX = "dg_live_";
const PRIMARY_NAME = "Primary sandbox key";

export type Caller = Status["caller"];

export interface NewKey {
  readonly name: string;
  readonly scopes: readonly string[] | undefined;
  readonly requestId: string | undefined;
  readonly by: Caller;
}

export interface KeyFilter {
  readonly limit: number;
  /** Only keys older than the one with this sequence number. */
  readonly before?: number | undefined;
  readonly status?: string | undefined;
}

interface Use {
  readonly keyId: string;
  readonly costUsd: number;
  readonly at: number;
}

/** What came of a request to make a key: the key, or the news that its request id had made one before. */
export type Made<Result> =
  | ({ readonly outcome: "made" } & Result)
  | { readonly outcome: "request_id_used"; readonly earlier: RequestIdUsedDetails };

const KeyRow = z.object({
  sequence: z.number(),
  id: z.string(),
  name: z.string(),
  kind: z.string(),
  prefix: z.string(),
  last4: z.string(),
  scopes: z.string().transform((json) => z.array(z.string()).parse(JSON.parse(json))),
  status: z.string(),
  created_at: z.number(),
  created_by_id: z.string(),
  created_by_name: z.string(),
  last_used_at: z.number().nullable(),
  revoked_at: z.number().nullable(),
  request_id: z.string().nullable(),
  requests: z.number(),
  cost_usd: z.number(),
});
type KeyRow = z.infer<typeof KeyRow>;

const WorkspaceRow = z.object({ id: z.string(), name: z.string(), slug: z.string() });
const MemberRow = z.object({ id: z.string(), name: z.string(), role: Role, token_sealed: z.instanceof(Uint8Array) });
const SealedRow = z.object({ id: z.string(), value_sealed: z.instanceof(Uint8Array) });
const UsageRow = z.object({ date: z.string(), requests: z.number(), cost_usd: z.number() });

const KEY_COLUMNS = `keys.*,
  (SELECT coalesce(sum(requests), 0) FROM usage WHERE key_id = keys.id AND date > :since) AS requests,
  (SELECT coalesce(sum(cost_usd), 0) FROM usage WHERE key_id = keys.id AND date > :since) AS cost_usd`;

/** One workspace: its members, its keys and their usage. Knows nothing of HTTP. Every statement is short: they block. */
export class Store {
  readonly workspace: Status["workspace"];
  readonly #database: Database;
  readonly #vault: Vault;
  readonly #clock: () => number;
  /** Uses that could not be written yet. */
  #pendingUses: Use[] = [];

  /** `path` is a file, made if absent, or `:memory:`. */
  constructor(path: string, clock: () => number = Date.now) {
    this.#database = new Database(path);
    this.#vault = path === ":memory:" ? Vault.inMemory() : Vault.inFile(`${path}.key`);
    this.#clock = clock;
    this.workspace = this.#openWorkspace();
  }

  close(): void {
    this.#database.close();
  }

  /** The token of the member with this role. */
  memberToken(role: Role): string {
    const row = this.#database.prepare("SELECT * FROM members WHERE role = ?").get(role);
    return this.#vault.open(MemberRow.parse(row).token_sealed);
  }

  /** Whose token it is: a member's, or the primary key, which has an admin's rights. */
  callerOf(token: string): Caller | undefined {
    const hash = hashOf(token);
    const member = this.#database.prepare("SELECT * FROM members WHERE token_hash = ?").get(hash);
    if (member) {
      const { id, name, role } = MemberRow.parse(member);
      return { id, name, role, keyId: null };
    }
    const primary = this.#keyWhere("value_hash = :hash AND kind = 'primary' AND status = 'active'", { hash });
    return primary && { id: primary.id, name: PRIMARY_NAME, role: "admin", keyId: primary.id };
  }

  createKey({ name, scopes, requestId, by }: NewKey): Made<{ key: Key; value: string }> {
    return this.#database.transaction(() => {
      const earlier = requestId === undefined ? undefined : this.#keyByRequestId(requestId);
      if (earlier) return { outcome: "request_id_used", earlier: { keyId: earlier.id, status: earlier.status } };
      return { outcome: "made", ...this.#insertKey("additional", { name, scopes, requestId, by }) };
    });
  }

  /** Newest first, without the primary key; `next` is the `before` of the page that follows. */
  listKeys({ limit, before, status }: KeyFilter): { keys: Key[]; next: number | undefined } {
    this.#writeUses();
    const rows = this.#database
      .prepare(
        `SELECT ${KEY_COLUMNS} FROM keys
         WHERE kind = 'additional' AND sequence < :before AND (:status IS NULL OR status = :status)
         ORDER BY sequence DESC LIMIT :limit`,
      )
      .all({
        since: this.#since(30),
        before: before ?? Number.MAX_SAFE_INTEGER,
        status: status ?? null,
        limit: limit + 1,
      })
      .map((row) => KeyRow.parse(row));
    const page = rows.slice(0, limit);
    return { keys: page.map(keyOf), next: rows.length > limit ? page.at(-1)?.sequence : undefined };
  }

  getKey(id: string): Key | undefined {
    this.#writeUses();
    return this.#keyWhere("id = :id", { id });
  }

  primaryKey(): Key {
    const key = this.#keyWhere("kind = 'primary' AND status = 'active'", {});
    if (!key) throw new Error("the workspace has no primary key");
    return key;
  }

  /** Ends a key for ever. A key that is revoked already stays as it is. */
  revokeKey(id: string): void {
    this.#database.transaction(() => this.#revokeKey(id));
  }

  revealPrimaryKey(): { id: string; value: string } {
    const row = this.#database
      .prepare("SELECT id, value_sealed FROM keys WHERE kind = 'primary' AND status = 'active'")
      .get();
    const { id, value_sealed } = SealedRow.parse(row);
    return { id, value: this.#vault.open(value_sealed) };
  }

  /** A new primary key and the end of the old one. Done once per request id: the second time answers what the first did. */
  rotatePrimaryKey({ requestId, by }: { requestId: string | undefined; by: Caller }): Made<{ key: Key }> {
    return this.#database.transaction(() => {
      const earlier = requestId === undefined ? undefined : this.#keyByRequestId(requestId);
      if (earlier?.kind === "primary") return { outcome: "made", key: earlier };
      if (earlier) return { outcome: "request_id_used", earlier: { keyId: earlier.id, status: earlier.status } };
      const { id, scopes } = this.primaryKey();
      this.#revokeKey(id);
      return { outcome: "made", key: this.#insertKey("primary", { name: PRIMARY_NAME, scopes, requestId, by }).key };
    });
  }

  usage(keyId: string, days: number): KeyUsage {
    const rows = this.#database
      .prepare("SELECT date, requests, cost_usd FROM usage WHERE key_id = ? AND date > ?")
      .all(keyId, this.#since(days))
      .map((row) => UsageRow.parse(row));
    const used = new Map(rows.map((row) => [row.date, row]));
    const now = this.#clock();
    const daily = Array.from({ length: days }, (_, index) => {
      const date = dateOf(now - (days - 1 - index) * DAY_MS);
      const day = used.get(date);
      return { date, requests: day?.requests ?? 0, costUsd: day?.cost_usd ?? 0 };
    });
    const total = (field: "requests" | "costUsd") => daily.reduce((sum, day) => sum + day[field], 0);
    return { keyId, days, requests: total("requests"), costUsd: total("costUsd"), daily };
  }

  /** The live key with this value: what the data plane asks. One that is younger than the limit is not there yet. */
  liveKeyOf(value: string, propagationSeconds = 0): Key | undefined {
    const key = this.#keyWhere("value_hash = :hash AND status = 'active'", { hash: hashOf(value) });
    return key && key.createdAt + propagationSeconds * 1000 <= this.#clock() ? key : undefined;
  }

  recordUse(keyId: string, costUsd: number): void {
    this.#pendingUses.push({ keyId, costUsd, at: this.#clock() });
    this.#writeUses();
  }

  #openWorkspace(): Status["workspace"] {
    return (
      this.#presentWorkspace() ?? this.#database.transaction(() => this.#presentWorkspace() ?? this.#newWorkspace())
    );
  }

  #presentWorkspace(): Status["workspace"] | undefined {
    const row = this.#database.prepare("SELECT * FROM workspace").get();
    return row && WorkspaceRow.parse(row);
  }

  #newWorkspace(): Status["workspace"] {
    const workspace = { id: `org_${randomText(24)}`, name: "Local workspace", slug: "local" };
    this.#database.prepare("INSERT INTO workspace (id, name, slug) VALUES (:id, :name, :slug)").run(workspace);
    const admin = this.#insertMember("admin", "Ada Admin");
    this.#insertMember("member", "Max Member");
    this.#insertKey("primary", { name: PRIMARY_NAME, scopes: undefined, requestId: undefined, by: admin });
    return workspace;
  }

  #revokeKey(id: string): void {
    this.#database
      .prepare("UPDATE keys SET status = 'revoked', revoked_at = :now WHERE id = :id AND status = 'active'")
      .run({ id, now: this.#clock() });
  }

  /** A full disk is no reason to shut out a key. Nor may it hide a use from whoever asks later whether the key is needed. */
  #writeUses(): void {
    if (this.#pendingUses.length === 0) return;
    try {
      this.#database.transaction(() => {
        for (const use of this.#pendingUses) this.#writeUse(use);
      });
      this.#pendingUses = [];
    } catch (error) {
      if (!isUnavailable(error)) throw error;
    }
  }

  #writeUse({ keyId, costUsd, at }: Use): void {
    this.#database.prepare("UPDATE keys SET last_used_at = ? WHERE id = ?").run(at, keyId);
    this.#database
      .prepare(
        `INSERT INTO usage (key_id, date, requests, cost_usd) VALUES (?, ?, 1, ?)
         ON CONFLICT DO UPDATE SET requests = requests + 1, cost_usd = cost_usd + excluded.cost_usd`,
      )
      .run(keyId, dateOf(at), costUsd);
  }

  #insertMember(role: Role, name: string): Caller {
    const id = `mem_${randomText(24)}`;
    const token = `dt_${role}_${randomText(40)}`;
    this.#database
      .prepare("INSERT INTO members (id, name, role, token_hash, token_sealed) VALUES (?, ?, ?, ?, ?)")
      .run(id, name, role, hashOf(token), this.#vault.seal(token));
    return { id, name, role, keyId: null };
  }

  #insertKey(kind: "primary" | "additional", { name, scopes, requestId, by }: NewKey): { key: Key; value: string } {
    const id = `key_${randomText(24)}`;
    const value = VALUE_PREFIX + randomText(32);
    this.#database
      .prepare(
        `INSERT INTO keys (id, name, kind, prefix, last4, scopes, status, created_at, created_by_id, created_by_name,
                           request_id, value_hash, value_sealed)
         VALUES (:id, :name, :kind, :prefix, :last4, :scopes, 'active', :createdAt, :byId, :byName,
                 :requestId, :hash, :sealed)`,
      )
      .run({
        id,
        name,
        kind,
        prefix: VALUE_PREFIX,
        last4: value.slice(-4),
        scopes: JSON.stringify(scopes ?? DEFAULT_SCOPES),
        createdAt: this.#clock(),
        byId: by.id,
        byName: by.name,
        requestId: requestId ?? null,
        hash: hashOf(value),
        sealed: kind === "primary" ? this.#vault.seal(value) : null,
      });
    const key = this.#keyWhere("id = :id", { id });
    if (!key) throw new Error("a key that was just stored is not there");
    return { key, value };
  }

  #keyByRequestId(requestId: string): Key | undefined {
    return this.#keyWhere("request_id = :requestId", { requestId });
  }

  #keyWhere(condition: string, values: Record<string, string | Uint8Array>): Key | undefined {
    const row = this.#database
      .prepare(`SELECT ${KEY_COLUMNS} FROM keys WHERE ${condition}`)
      .get({ since: this.#since(30), ...values });
    return row && keyOf(KeyRow.parse(row));
  }

  /** The day before the period of that many days which ends today. */
  #since(days: number): string {
    return dateOf(this.#clock() - days * DAY_MS);
  }
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
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
