import type { Key, Made } from "../../contract/port";
import type { Client } from "../client/client";
import type { Clock } from "../client/clock";
import type { DriftCheck } from "../config/options";
import { DenchError } from "../errors";
import { shown } from "../values/shown";
import { createKey, type NewKey } from "./create-key";
import type { Run } from "./run";

/** So many keys are read by ID. From the next one on, the list of active keys takes fewer requests. */
const READ_BY_ID = 8;

export interface WorkspaceKeysOptions {
  readonly client: Pick<Client, keyof Client>;
  readonly run: Run;
  readonly clock: Pick<Clock, "current">;
  readonly driftCheck: DriftCheck;
  /** Shows a warning that is about no resource in particular. */
  readonly warn: (message: string) => void;
}

/** Reads and changes the workspace's keys. Each is read once in a run, alone or in a list, and the run remembers it. */
export class WorkspaceKeys {
  readonly #options: WorkspaceKeysOptions;
  readonly #lists = new Map<"active" | undefined, Promise<readonly Key[]>>();
  readonly #whenListed = new Map<string, () => void>();
  #isListed = false;
  #readById = 0;
  #primary: Promise<Key> | undefined;

  constructor(options: WorkspaceKeysOptions) {
    this.#options = options;
  }

  /** Creates a key, or returns the one that the request ID created before. */
  create(wanted: NewKey): Promise<Made> {
    const list = () => this.#listNow("active");
    return createKey({ ...this.#options, list }, wanted);
  }

  /** Whether this provider is itself logged in with the key, as far as the API tells. */
  async isOwn(keyId: string): Promise<boolean> {
    const { caller } = await this.#options.client.workspace();
    return caller?.keyId === keyId;
  }

  /** Throws `own_key` if this provider is itself logged in with one of the keys. An API that does not tell passes. */
  async requireNotOwn(...keyIds: readonly string[]): Promise<void> {
    for (const keyId of keyIds) {
      if (!(await this.isOwn(keyId))) continue;
      throw new DenchError(
        "own_key",
        `Could not revoke or replace the key ${shown(keyId)}: this provider is logged in with it. Put another token into ${this.#options.client.tokenSource}, and run again.`,
      );
    }
  }

  /**
   * Succeeds for a key that is revoked or missing already, if it is its own workspace that says so. Refuses the key that
   * this provider is itself logged in with.
   */
  async revoke(keyId: string, workspaceId: string): Promise<void> {
    await this.requireNotOwn(keyId);
    const { client, run } = this.#options;
    if ((await client.revoke(keyId)) === "missing") await client.requireWorkspaceId(workspaceId);
    else run.known.noteRevoked(keyId);
  }

  /** Revokes a key that no state has. Marks it first, so that a resource which turns out to have it learns of that. */
  async revokeOrphan(keyId: string, workspaceId: string): Promise<void> {
    this.#options.run.holders.markOrphan(keyId);
    await this.revoke(keyId, workspaceId);
  }

  /** Returns the key, or undefined if its own workspace has none with this ID. Any other workspace is an error. */
  async find(keyId: string, workspaceId: string): Promise<Key | undefined> {
    const { run, driftCheck } = this.#options;
    const known = run.known.get(keyId);
    if (known) return known;
    // The list also shows keys that an interrupted run left behind, which is part of what has to be checked.
    const needsList = driftCheck === "required" || this.#lists.has("active") || this.#readById >= READ_BY_ID;
    if (!this.#isListed && needsList) await this.#list("active");
    else this.#readById += 1;
    return run.known.get(keyId) ?? this.reread(keyId, workspaceId);
  }

  /** Like `find`, but as it is now. */
  async reread(keyId: string, workspaceId: string): Promise<Key | undefined> {
    const { client, run } = this.#options;
    const key = await client.find(keyId);
    if (key) run.known.note(key);
    else await client.requireWorkspaceId(workspaceId);
    return key;
  }

  /** Returns the key of any status that was created with this request ID. Lists all keys, once in a run. */
  async findCreatedWith(requestId: string): Promise<Key | undefined> {
    await this.#list(undefined);
    return this.#options.run.known.createdWith(requestId);
  }

  /**
   * Calls back once this run knows every active key: now, or after the list that another resource needs, which may never
   * come. So the order in which resources are looked at changes nothing.
   */
  whenListed(urn: string, callback: () => void): void {
    if (this.#isListed) callback();
    else this.#whenListed.set(urn, callback);
  }

  /** Takes the callback of `whenListed` back. */
  cancelWhenListed(urn: string | undefined): void {
    if (urn !== undefined) this.#whenListed.delete(urn);
  }

  /** Returns the primary key. It is read once. */
  primary(): Promise<Key> {
    return this.#primary ?? this.rereadPrimary();
  }

  rereadPrimary(): Promise<Key> {
    this.#primary = this.#readPrimary();
    return this.#primary;
  }

  /** Rotates the primary key, once for each request ID. */
  async rotatePrimary(requestId: string): Promise<Key> {
    const { client, run } = this.#options;
    const key = await client.rotatePrimary({ requestId, supportsRequestIds: run.known.supportsRequestIds });
    run.known.note(key);
    this.#primary = Promise.resolve(key);
    return key;
  }

  async #readPrimary(): Promise<Key> {
    const { client, run } = this.#options;
    try {
      const key = await client.primary();
      run.known.note(key);
      return key;
    } catch (error) {
      this.#primary = undefined;
      throw error;
    }
  }

  #list(status: "active" | undefined): Promise<readonly Key[]> {
    const known = this.#lists.get(status);
    if (known) return known;
    const list = this.#listNow(status).catch((error: unknown) => {
      this.#lists.delete(status);
      throw error;
    });
    this.#lists.set(status, list);
    return list;
  }

  /** Lists the keys of a status, or of every one. */
  async #listNow(status: "active" | undefined): Promise<readonly Key[]> {
    const { client, run } = this.#options;
    const keys = await client.listAll(status);
    run.known.note(...keys);
    this.#isListed = true;
    for (const callback of this.#whenListed.values()) callback();
    this.#whenListed.clear();
    return keys;
  }
}
