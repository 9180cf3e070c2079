import type { CreatedKey, CreateKeyBody, Key } from "../../contract";
import { causeText, DenchError, hasCode } from "../errors";
import type { Client } from "./client";

const PATIENCE_MS = 10_000;

/** Failures that mean something is wrong on our side, and that a plan must not pass over. */
const FINAL = ["unauthorized", "forbidden", "admin_required", "no_token", "wrong_workspace", "own_key"] as const;

/** The workspace's additional keys as one run sees them: the active ones are listed once, and our own writes noted. */
export class Keys {
  readonly #client: Client;
  readonly #noted = new Map<string, Key>();
  #listed: Promise<Map<string, Key>> | undefined;
  readonly #patience = new Stopwatch();
  #primary: Promise<Key> | undefined;
  #gaveUp = false;

  constructor(client: Client) {
    this.#client = client;
  }

  async create(body: CreateKeyBody): Promise<CreatedKey> {
    const { key: value, ...key } = await this.#client.createKey(body);
    this.#noted.set(key.id, key);
    return { ...key, key: value };
  }

  /** Whether this provider is itself logged in with the key. */
  async isOwn(keyId: string): Promise<boolean> {
    const { caller } = await this.#client.status();
    return caller.keyId === keyId;
  }

  /** Throws `own_key` if this provider is itself logged in with one of the keys. */
  async requireNotOwn(...keyIds: readonly string[]): Promise<void> {
    for (const keyId of keyIds) {
      if (!(await this.isOwn(keyId))) continue;
      throw new DenchError(
        "own_key",
        `Could not revoke or replace the key ${keyId}: this provider is logged in with it. Put another token into ${this.#client.tokenSource}, and run again.`,
      );
    }
  }

  /**
   * Succeeds for a key that is revoked or missing already, if it is its own workspace that says so. Refuses the key that
   * this provider is itself logged in with.
   */
  async revoke(keyId: string, workspaceId: string): Promise<void> {
    await this.requireNotOwn(keyId);
    try {
      this.#noted.set(keyId, await this.#client.revokeKey(keyId));
    } catch (error) {
      if (!hasCode(error, "not_found")) throw error;
      await this.#client.requireWorkspaceId(workspaceId);
    }
  }

  /** The key, or undefined where its own workspace has none with this id. Another workspace's word is an error. */
  async find(keyId: string, workspaceId: string): Promise<Key | undefined> {
    return this.#noted.get(keyId) ?? (await this.#list()).get(keyId) ?? this.reread(keyId, workspaceId);
  }

  /** Like `find`, but as it is now. */
  async reread(keyId: string, workspaceId: string): Promise<Key | undefined> {
    try {
      const key = await this.#client.getKey(keyId);
      this.#noted.set(keyId, key);
      return key;
    } catch (error) {
      if (!hasCode(error, "not_found")) throw error;
      await this.#client.requireWorkspaceId(workspaceId);
      return undefined;
    }
  }

  /** The primary key. Asked for once. */
  primary(): Promise<Key> {
    this.#primary ??= this.#client.getPrimaryKey().catch((error: unknown) => {
      this.#primary = undefined;
      throw error;
    });
    return this.#primary;
  }

  rereadPrimary(): Promise<Key> {
    this.#primary = undefined;
    return this.primary();
  }

  /** Notes what a rotation by this run has made. */
  notePrimary(key: Key): void {
    this.#primary = Promise.resolve(key);
  }

  /**
   * Asks for a plan: a server that fails, throttles or stays silent costs one warning and ten seconds in all, not once per
   * key. `onGivingUp` is told the first time. A refused token is an error all the same.
   */
  async glimpse<T>(ask: () => Promise<T>, onGivingUp: (reason: string) => void): Promise<T | "not asked"> {
    if (this.#gaveUp) return "not asked";
    let patience: NodeJS.Timeout | undefined;
    const spent = this.#patience.begin();
    try {
      const late = new Promise<"late">((resolve) => {
        patience = setTimeout(() => resolve("late"), Math.max(0, PATIENCE_MS - spent)).unref();
      });
      const found = await Promise.race([ask(), late]);
      if (found !== "late") return found;
      this.#giveUp(onGivingUp, `no answer within ${PATIENCE_MS / 1000} seconds`);
    } catch (error) {
      if (FINAL.some((code) => hasCode(error, code))) throw error;
      this.#giveUp(onGivingUp, causeText(error));
    } finally {
      clearTimeout(patience);
      this.#patience.end();
    }
    return "not asked";
  }

  /** The active keys that were made with one of these request ids, as far as they are listed. */
  async madeWith(requestIds: ReadonlySet<string>): Promise<Key[]> {
    if (this.#gaveUp || !this.#listed) return [];
    const listed = [...(await this.#listed).values()].map((key) => this.#noted.get(key.id) ?? key);
    return listed.filter(
      ({ requestId, status }) => requestId !== null && requestIds.has(requestId) && status === "active",
    );
  }

  #giveUp(onGivingUp: (reason: string) => void, reason: string): void {
    if (this.#gaveUp) return;
    this.#gaveUp = true;
    onGivingUp(reason);
  }

  #list(): Promise<Map<string, Key>> {
    this.#listed ??= this.#client.listAllKeys("active").then((keys) => new Map(keys.map((key) => [key.id, key])));
    return this.#listed;
  }
}

/** Counts the milliseconds in which anyone waited, once however many wait at the same time. */
class Stopwatch {
  #waiting = 0;
  #since = 0;
  #spentMs = 0;

  /** Answers what was counted until now. */
  begin(): number {
    const now = performance.now();
    if (this.#waiting === 0) this.#since = now;
    this.#waiting += 1;
    return this.#spentMs + now - this.#since;
  }

  end(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#spentMs += performance.now() - this.#since;
  }
}
