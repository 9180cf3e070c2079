import * as z from "zod";
import { DEFAULT_SCOPES, type Key, type RequestIdUsedDetails, Role, type Status } from "../contract";
import { type Action, ActivityLog, type Via } from "./activity";
import { Database } from "./database";
import { inJson } from "./in-json";
import { SandboxSecrets } from "./sandbox-secrets";
import { hashOf, randomText, Vault } from "./secrets";
import { UsageLog } from "./usage";

const VALUE_PREFIX = "dg_live_";
const PRIMARY_NAME = "Primary sandbox key";

export type Caller = Status["caller"];

/** Who does something, and by which door. */
export interface Actor {
  readonly caller: Caller;
  readonly via: Via;
}

export interface NewKey {
  readonly name: string;
  readonly scopes: readonly string[] | undefined;
  readonly requestId: string | undefined;
  readonly by: Actor;
}

export interface KeyFilter {
  readonly limit: number;
  /** Only keys older than the one with this sequence number. */
  readonly before?: number | undefined;
  readonly status?: string | undefined;
}

/** What the page's table asks for. Without `status`, keys of any. */
export interface KeySearch {
  readonly status: string | undefined;
  /** Part of a name or of a creator's name, or the last four characters of a value. Empty: any. */
  readonly text: string;
  readonly limit: number;
  readonly offset: number;
}

/** A key as the data plane sees it. */
export interface LiveKey {
  readonly id: string;
  readonly scopes: readonly string[];
}

export interface Rotated {
  readonly key: Key;
  /** False: the sandbox still has the old value. */
  readonly sandboxUpdated: boolean;
}

/** What came of a request to make a key: the key, or the news that its request id had made one before. */
export type Made<Result> =
  | ({ readonly outcome: "made" } & Result)
  | { readonly outcome: "request_id_used"; readonly earlier: RequestIdUsedDetails };

const KeyRow = z.object({
  sequence: z.number(),
  id: z.string(),
  name: inJson(z.string()),
  kind: z.string(),
  prefix: z.string(),
  last4: z.string(),
  scopes: inJson(z.array(z.string())),
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
const CountRow = z.object({ total: z.number() });
const LiveKeyRow = KeyRow.pick({ id: true, scopes: true, created_at: true });

const KEY_COLUMNS = `keys.*,
  (SELECT coalesce(sum(requests), 0) FROM usage WHERE key_id = keys.id AND date > :since) AS requests,
  (SELECT coalesce(sum(cost_usd), 0) FROM usage WHERE key_id = keys.id AND date > :since) AS cost_usd`;

/** What every request of the data plane asks: one read by an index, however many keys there are. */
export const LIVE_KEY = "SELECT id, scopes, created_at FROM keys WHERE value_hash = ? AND status = 'active'";

/** One workspace: its members, its keys and their usage. Knows nothing of HTTP. Every statement is short: they block. */
export class Store {
  readonly workspace: Status["workspace"];
  readonly activity: ActivityLog;
  readonly usage: UsageLog;
  /** Whether the workspace was made by this opening of the database. */
  readonly isNew: boolean;
  readonly #database: Database;
  readonly #vault: Vault;
  readonly #sandbox: SandboxSecrets | undefined;
  #clock: () => number;

  /** `path` is a file, made if absent, or `:memory:`. */
  constructor(path: string, clock: () => number = Date.now) {
    this.#database = new Database(path);
    this.#vault = path === ":memory:" ? Vault.inMemory() : Vault.inFile(`${path}.key`);
    this.#clock = clock;
    this.activity = new ActivityLog(this.#database);
    this.usage = new UsageLog(this.#database, () => this.#clock());
    const present = this.#presentWorkspace();
    this.isNew = present === undefined;
    this.workspace = present ?? this.#makeWorkspace();
    this.#sandbox = path === ":memory:" ? undefined : SandboxSecrets.beside(path, this.workspace.id);
    this.#sandbox?.update(this.#openPrimaryKey().value);
  }

  close(): void {
    this.usage.write();
    this.#database.close();
  }

  /** Does the work as if it were that time. */
  at<T>(time: number, work: () => T): T {
    const clock = this.#clock;
    this.#clock = () => time;
    try {
      return work();
    } finally {
      this.#clock = clock;
    }
  }

  /** The token of the first member with this role. */
  memberToken(role: Role): string {
    const row = this.#database.prepare("SELECT * FROM members WHERE id = ?").get(this.firstMember(role).id);
    return this.#vault.open(MemberRow.parse(row).token_sealed);
  }

  /** Whose token it is: a member's, or the primary key, which has an admin's rights. */
  callerOf(token: string): Caller | undefined {
    const hash = hashOf(token);
    const member = this.#database.prepare("SELECT * FROM members WHERE token_hash = ?").get(hash);
    if (member) return memberOf(member);
    const primary = this.#keyWhere("value_hash = :hash AND kind = 'primary' AND status = 'active'", { hash });
    return primary && { id: primary.id, name: PRIMARY_NAME, role: "admin", keyId: primary.id };
  }

  member(id: string): Caller | undefined {
    const row = this.#database.prepare("SELECT * FROM members WHERE id = ?").get(id);
    return row && memberOf(row);
  }

  firstMember(role: Role): Caller {
    return memberOf(this.#database.prepare("SELECT * FROM members WHERE role = ? ORDER BY rowid LIMIT 1").get(role));
  }

  addMember(role: Role, name: string): Caller {
    const id = `mem_${randomText(24)}`;
    const token = `dt_${role}_${randomText(40)}`;
    this.#database
      .prepare("INSERT INTO members (id, name, role, token_hash, token_sealed) VALUES (?, ?, ?, ?, ?)")
      .run(id, name, role, hashOf(token), this.#vault.seal(token));
    return { id, name, role, keyId: null };
  }

  createKey({ name, scopes, requestId, by }: NewKey): Made<{ key: Key; value: string }> {
    return this.#database.transaction(() => {
      const earlier = requestId === undefined ? undefined : this.#keyByRequestId(requestId);
      if (earlier) return { outcome: "request_id_used", earlier: { keyId: earlier.id, status: earlier.status } };
      const made = this.#insertKey("additional", { name, scopes, requestId, by });
      this.#record("created", made.key.id, by);
      return { outcome: "made", ...made };
    });
  }

  /** Newest first, without the primary key; `next` is the `before` of the page that follows. */
  listKeys({ limit, before, status }: KeyFilter): { keys: Key[]; next: number | undefined } {
    this.usage.write();
    const rows = this.#database
      .prepare(
        `SELECT ${KEY_COLUMNS} FROM keys
         WHERE kind = 'additional' AND sequence < :before AND (:status IS NULL OR status = :status)
         ORDER BY sequence DESC LIMIT :limit`,
      )
      .all({
        since: this.usage.since(30),
        before: before ?? Number.MAX_SAFE_INTEGER,
        status: status ?? null,
        limit: limit + 1,
      })
      .map((row) => KeyRow.parse(row));
    const page = rows.slice(0, limit);
    return { keys: page.map(keyOf), next: rows.length > limit ? page.at(-1)?.sequence : undefined };
  }

  /** The keys that a person looks for, newest first, and how many there are on all pages. */
  findKeys({ status, text, limit, offset }: KeySearch): { keys: Key[]; total: number } {
    this.usage.write();
    const where = `kind = 'additional' AND (:status IS NULL OR status = :status)
      AND (:text = '' OR instr(lower(name ->> '$'), lower(:text)) OR instr(lower(created_by_name), lower(:text)) OR last4 = :text)`;
    const wanted = { status: status ?? null, text };
    const count = this.#database.prepare(`SELECT count(*) AS total FROM keys WHERE ${where}`).get(wanted);
    const keys = this.#database
      .prepare(`SELECT ${KEY_COLUMNS} FROM keys WHERE ${where} ORDER BY sequence DESC LIMIT :limit OFFSET :offset`)
      .all({ since: this.usage.since(30), ...wanted, limit, offset })
      .map((row) => keyOf(KeyRow.parse(row)));
    return { keys, total: CountRow.parse(count).total };
  }

  getKey(id: string): Key | undefined {
    this.usage.write();
    return this.#keyWhere("id = :id", { id });
  }

  primaryKey(): Key {
    this.usage.write();
    return this.#presentPrimaryKey();
  }

  /** Ends a key for ever. A key that is revoked already stays as it is. */
  revokeKey(id: string, by: Actor): void {
    this.#database.transaction(() => {
      if (this.#revokeKey(id)) this.#record("revoked", id, by);
    });
  }

  /** No value is given that the log does not show. */
  revealPrimaryKey(by: Actor): { id: string; value: string } {
    return this.#database.transaction(() => {
      const primary = this.#openPrimaryKey();
      this.#record("revealed", primary.id, by);
      return primary;
    });
  }

  /** A new primary key and the end of the old one. Done once per request id: the second time answers what the first did. */
  rotatePrimaryKey({ requestId, by }: { requestId: string | undefined; by: Actor }): Made<Rotated> {
    const made = this.#database.transaction((): Made<{ key: Key; value?: string }> => {
      const earlier = requestId === undefined ? undefined : this.#keyByRequestId(requestId);
      if (earlier?.kind === "primary") return { outcome: "made", key: earlier };
      if (earlier) return { outcome: "request_id_used", earlier: { keyId: earlier.id, status: earlier.status } };
      const { id, scopes } = this.#presentPrimaryKey();
      this.#revokeKey(id);
      const { key, value } = this.#insertKey("primary", { name: PRIMARY_NAME, scopes, requestId, by });
      this.#record("rotated", key.id, by);
      return { outcome: "made", key, value };
    });
    if (made.outcome !== "made") return made;
    const { key, value } = made;
    return { outcome: "made", key, sandboxUpdated: value === undefined || this.#sandbox?.update(value) !== false };
  }

  /** The live key with this value. One that is younger than the limit is not there yet. */
  liveKeyOf(value: string, propagationSeconds = 0): LiveKey | undefined {
    const row = this.#database.prepare(LIVE_KEY).get(hashOf(value));
    if (!row) return undefined;
    const { id, scopes, created_at } = LiveKeyRow.parse(row);
    return created_at + propagationSeconds * 1000 <= this.#clock() ? { id, scopes } : undefined;
  }

  /** Or the one that another process has made meanwhile. */
  #makeWorkspace(): Status["workspace"] {
    return this.#database.transaction(() => this.#presentWorkspace() ?? this.#newWorkspace());
  }

  #presentWorkspace(): Status["workspace"] | undefined {
    const row = this.#database.prepare("SELECT * FROM workspace").get();
    return row && WorkspaceRow.parse(row);
  }

  #newWorkspace(): Status["workspace"] {
    const workspace = { id: `org_${randomText(24)}`, name: "Local workspace", slug: "local" };
    this.#database.prepare("INSERT INTO workspace (id, name, slug) VALUES (:id, :name, :slug)").run(workspace);
    const by: Actor = { caller: this.addMember("admin", "Ada Admin"), via: "api" };
    this.addMember("member", "Max Member");
    this.#insertKey("primary", { name: PRIMARY_NAME, scopes: undefined, requestId: undefined, by });
    return workspace;
  }

  #presentPrimaryKey(): Key {
    const key = this.#keyWhere("kind = 'primary' AND status = 'active'", {});
    if (!key) throw new Error("the workspace has no primary key");
    return key;
  }

  /** Whether it was active until now. */
  #revokeKey(id: string): boolean {
    const { changes } = this.#database
      .prepare("UPDATE keys SET status = 'revoked', revoked_at = :now WHERE id = :id AND status = 'active'")
      .run({ id, now: this.#clock() });
    return changes > 0;
  }

  #record(action: Action, keyId: string, { caller, via }: Actor): void {
    this.activity.record({ at: this.#clock(), action, actorName: caller.name, via, keyId });
  }

  #openPrimaryKey(): { id: string; value: string } {
    const row = this.#database
      .prepare("SELECT id, value_sealed FROM keys WHERE kind = 'primary' AND status = 'active'")
      .get();
    const { id, value_sealed } = SealedRow.parse(row);
    return { id, value: this.#vault.open(value_sealed) };
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
        name: JSON.stringify(name),
        kind,
        prefix: VALUE_PREFIX,
        last4: value.slice(-4),
        scopes: JSON.stringify(scopes ?? DEFAULT_SCOPES),
        createdAt: this.#clock(),
        byId: by.caller.id,
        byName: by.caller.name,
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
      .get({ since: this.usage.since(30), ...values });
    return row && keyOf(KeyRow.parse(row));
  }
}

function memberOf(row: unknown): Caller {
  const { id, name, role } = MemberRow.parse(row);
  return { id, name, role, keyId: null };
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
