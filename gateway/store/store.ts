import * as z from "zod";
import { type Action, ActivityLog, type Via } from "./activity";
import { Database } from "./database";
import {
  type ChosenFields,
  type Key,
  type KeyCounts,
  type KeyFilter,
  type KeySearch,
  Keys,
  type LiveKey,
} from "./keys";
import { type Caller, Members, sealedSample } from "./members";
import { MIGRATIONS } from "./migrations";
import { SandboxSecrets } from "./sandbox-secrets";
import { randomText } from "./secrets";
import { UsageLog } from "./usage";
import { Vault } from "./vault";

const PRIMARY_NAME = "Primary sandbox key";
const PRIMARY_SCOPES = ["models:read", "chat:completions"];
const DAYS_SHOWN = 30;

/** Who performs an action, and via which interface. */
export interface Actor {
  readonly caller: Caller;
  readonly via: Via;
}

export interface NewKey extends ChosenFields {
  readonly by: Actor;
}

export interface CreatedKey {
  readonly key: Key;
  readonly value: string;
}

export interface Rotated {
  readonly key: Key;
  /** Whether the sandbox has the new key value. */
  readonly sandboxUpdated: boolean;
}

/** The result of creating a key: the new key, or the existing key with the same request ID. */
export type Made<Result> =
  | ({ readonly outcome: "made" } & Result)
  | { readonly outcome: "request_id_used"; readonly earlier: Key };

const Workspace = z.object({ id: z.string(), name: z.string(), slug: z.string() }).readonly();
export type Workspace = z.infer<typeof Workspace>;

/** A workspace: its members, its keys and their usage. Statements block the process, so each one is short. */
export class Store {
  readonly workspace: Workspace;
  readonly members: Members;
  readonly activity: ActivityLog;
  readonly usage: UsageLog;
  /** Whether this store created the workspace. */
  readonly isNew: boolean;
  readonly #database: Database;
  readonly #keys: Keys;
  readonly #sandbox: SandboxSecrets | undefined;
  #clock: () => number;

  /**
   * Opens a workspace. `path` is a database file, created if it does not exist, or `:memory:`. Throws, and changes nothing, if the
   * file is of a newer gateway or of another program.
   */
  constructor(path: string, clock: () => number = Date.now) {
    const inMemory = path === ":memory:";
    this.#database = new Database(path, MIGRATIONS);
    this.#clock = clock;
    const vault = inMemory ? Vault.inMemory() : openVault(path, this.#database);
    this.members = new Members(this.#database, vault);
    this.activity = new ActivityLog(this.#database);
    this.usage = new UsageLog(this.#database, () => this.#clock());
    this.#keys = new Keys(this.#database, vault, () => this.usage.since(DAYS_SHOWN));
    const present = this.#presentWorkspace();
    const { workspace, isNew } = present ? { workspace: present, isNew: false } : this.#makeWorkspace();
    this.workspace = workspace;
    this.isNew = isNew;
    this.#sandbox = inMemory ? undefined : SandboxSecrets.beside(path, workspace.id);
    this.#updateSandbox();
  }

  /** Throws the error of SQLite if the workspace cannot be read. */
  check(): void {
    this.#presentWorkspace();
  }

  close(): void {
    this.usage.close();
    this.#database.close();
  }

  /** Runs `work` with the clock set to `time`. */
  at<T>(time: number, work: () => T): T {
    const clock = this.#clock;
    this.#clock = () => time;
    try {
      return work();
    } finally {
      this.#clock = clock;
    }
  }

  /**
   * Returns the caller with this token: a member, or the primary key, which has the rights of an admin. With `keysManage`, also
   * accepts an active additional key, which has the rights of a member.
   */
  callerOf(token: string, { keysManage = false } = {}): Caller | undefined {
    const member = this.members.byToken(token);
    if (member) return member;
    const key = this.#keys.activeOf(token);
    if (!key) return undefined;
    const { id, name } = key;
    if (key.kind === "primary") return { id, name, role: "admin", keyId: id };
    return keysManage ? { id, name, role: "member", keyId: id } : undefined;
  }

  createKey(newKey: NewKey): Made<CreatedKey> {
    const { requestId, by } = newKey;
    return this.#database.transaction(() => {
      const earlier = requestId === undefined ? undefined : this.#keys.byRequestId(requestId);
      if (earlier) return { outcome: "request_id_used", earlier };
      const made = this.#insert("additional", newKey);
      this.#record("created", made.key.id, by);
      return { outcome: "made", ...made };
    });
  }

  /** Returns a page of additional keys, newest first. `next` is the `before` of the next page, if there is one. */
  listKeys(filter: KeyFilter): { keys: Key[]; next: number | undefined } {
    this.usage.write();
    return this.#keys.list(filter);
  }

  /** Returns a page of the matching additional keys, and the number of matches on all pages. */
  async findKeys(search: KeySearch): Promise<{ keys: Key[]; counts: KeyCounts }> {
    this.usage.write();
    return this.#keys.find(search);
  }

  /** Returns the key that was created with this request ID. */
  keyOfRequest(requestId: string): Key | undefined {
    return this.#keys.byRequestId(requestId);
  }

  getKey(id: string): Key | undefined {
    this.usage.write();
    return this.#keys.byId(id);
  }

  primaryKey(): Key {
    this.usage.write();
    return this.#keys.primary();
  }

  /** Revokes a key permanently. Does nothing if it is already revoked. */
  revokeKey(id: string, by: Actor): void {
    this.#database.transaction(() => {
      if (this.#keys.revoke(id, this.#clock())) this.#record("revoked", id, by);
    });
  }

  /** Returns the value of the primary key, and records the activity in the same transaction. */
  revealPrimaryKey(by: Actor): { id: string; value: string } {
    return this.#database.transaction(() => {
      const primary = this.#keys.primaryValue();
      this.#record("revealed", primary.id, by);
      return primary;
    });
  }

  /** Creates a new primary key and revokes the old one. Rotates once per request ID, and returns the same key again. */
  rotatePrimaryKey({ requestId, by }: { requestId: string | undefined; by: Actor }): Made<Rotated> {
    const made = this.#database.transaction((): Made<{ key: Key; isNew: boolean }> => {
      const earlier = requestId === undefined ? undefined : this.#keys.byRequestId(requestId);
      if (earlier?.kind === "primary") return { outcome: "made", key: earlier, isNew: false };
      if (earlier) return { outcome: "request_id_used", earlier };
      const { id, scopes } = this.#keys.primary();
      this.#keys.revoke(id, this.#clock());
      const { key } = this.#insert("primary", { name: PRIMARY_NAME, scopes, requestId, by });
      this.#record("rotated", key.id, by);
      return { outcome: "made", key, isNew: true };
    });
    if (made.outcome !== "made") return made;
    const { key } = made;
    if (made.isNew) this.#updateSandbox();
    return { outcome: "made", key, sandboxUpdated: this.#sandbox?.isUpdated !== false };
  }

  /** Returns the active key with this value. */
  liveKeyOf(value: string): LiveKey | undefined {
    return this.#keys.live(value);
  }

  #insert(kind: "primary" | "additional", { by, ...chosen }: NewKey): CreatedKey {
    return this.#keys.insert({ kind, ...chosen, createdAt: this.#clock(), createdBy: by.caller });
  }

  #record(action: Action, keyId: string, { caller, via }: Actor): void {
    this.activity.record({ at: this.#clock(), action, actorName: caller.name, via, keyId });
  }

  #updateSandbox(): void {
    this.#sandbox?.update(() => this.#keys.primaryValue().value);
  }

  /** Creates the workspace. Returns the existing one if another process created it first. */
  #makeWorkspace(): { workspace: Workspace; isNew: boolean } {
    return this.#database.transaction(() => {
      const present = this.#presentWorkspace();
      return present ? { workspace: present, isNew: false } : { workspace: this.#newWorkspace(), isNew: true };
    });
  }

  #presentWorkspace(): Workspace | undefined {
    const row = this.#database.prepare("SELECT * FROM workspace").get();
    return row && Workspace.parse(row);
  }

  #newWorkspace(): Workspace {
    const workspace = { id: `org_${randomText(24)}`, name: "Local workspace", slug: "local" };
    this.#database.prepare("INSERT INTO workspace (id, name, slug) VALUES (:id, :name, :slug)").run(workspace);
    const by: Actor = { caller: this.members.add("admin", "Ada Admin"), via: "api" };
    this.members.add("member", "Max Member");
    this.#insert("primary", { name: PRIMARY_NAME, scopes: PRIMARY_SCOPES, by });
    return workspace;
  }
}

/** Opens the vault of a database. Closes the database if the vault cannot be opened. */
function openVault(path: string, database: Database): Vault {
  try {
    return Vault.beside(path, sealedSample(database));
  } catch (error) {
    database.close();
    throw error;
  }
}
