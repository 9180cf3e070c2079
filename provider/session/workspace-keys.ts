import type { Key, Made } from "../../contract/port";
import type { Client } from "../client/client";
import type { Clock } from "../client/clock";
import type { DriftCheck } from "../config/options";
import { DenchError } from "../errors";
import { shown } from "../values/shown";
import { ActiveKeys } from "./active-keys";
import { createKey, type NewKey } from "./create-key";
import type { Run } from "./run";

/** The number of keys to read by ID before the first page of the list, which has every active key of a small workspace. */
const BEFORE_FIRST_PAGE = 3;

/** The maximum number of keys to read by ID. For more keys, the list of active keys takes fewer requests. */
const READ_BY_ID = 8;

export interface WorkspaceKeysOptions {
  readonly client: Pick<Client, keyof Client>;
  readonly run: Run;
  readonly clock: Pick<Clock, "current">;
  readonly driftCheck: DriftCheck;
  /** The ID of the provider instance. Undefined if the host does not know it. */
  readonly providerId: string | undefined;
  /** Shows a warning that is not about a particular resource. */
  readonly warn: (message: string) => void;
}

/** Reads and changes the workspace's keys. Each key is read once per run, by its ID or in a list. */
export class WorkspaceKeys {
  readonly #options: WorkspaceKeysOptions;
  readonly #active: ActiveKeys;
  #keysOfAnyStatus: Promise<readonly Key[]> | undefined;
  readonly #whenListed = new Map<string, () => void>();
  #isListed = false;
  #unknownKeys = 0;
  #primary: Promise<Key> | undefined;

  constructor(options: WorkspaceKeysOptions) {
    this.#options = options;
    this.#active = new ActiveKeys(options.client, (keys) => options.run.known.note(...keys));
  }

  /** Creates a key, or returns the key that an earlier request created with the request ID. */
  create(wanted: NewKey): Promise<Made> {
    const list = () => this.#listNow("active");
    return createKey({ ...this.#options, list }, wanted);
  }

  /** Returns true if this provider authenticates with the key. Returns false if the API does not report it. */
  async isOwn(keyId: string): Promise<boolean> {
    const { caller } = await this.#options.client.workspace();
    return caller?.keyId === keyId;
  }

  /** Throws `own_key` if this provider authenticates with one of the keys. Passes if the API does not report it. */
  async requireNotOwn(...keyIds: readonly string[]): Promise<void> {
    for (const keyId of keyIds) {
      if (!(await this.isOwn(keyId))) continue;
      throw new DenchError(
        "own_key",
        `Could not revoke or replace the key ${shown(keyId)}: this provider authenticates with it. Put another token into ${this.#options.client.tokenSource}, and run again.`,
      );
    }
  }

  /**
   * Revokes a key. Succeeds if the key is already revoked or missing. Throws `own_key` if this provider authenticates with the
   * key, and `wrong_workspace` if the key is missing because the token belongs to another workspace.
   */
  async revoke(keyId: string, workspaceId: string): Promise<void> {
    await this.requireNotOwn(keyId);
    const { client, run } = this.#options;
    if ((await client.revoke(keyId)) === "missing") await client.requireWorkspaceId(workspaceId);
    else run.known.noteRevoked(keyId);
  }

  /** Revokes a key that no stack state has. Marks it first, so that a resource that has it after all gets a new key. */
  async revokeOrphan(keyId: string, workspaceId: string): Promise<void> {
    this.#options.run.holders.markOrphan(keyId);
    await this.revoke(keyId, workspaceId);
  }

  /** Returns the key, or undefined if its workspace does not have it. Throws `wrong_workspace` if the token is for another one. */
  async find(keyId: string, workspaceId: string): Promise<Key | undefined> {
    const { known } = this.#options.run;
    const key = known.get(keyId);
    if (key) return key;
    if (!this.#isListed) await this.#readAhead();
    return known.get(keyId) ?? this.reread(keyId, workspaceId);
  }

  /** Reads the key like `find`, but always with a new request. */
  async reread(keyId: string, workspaceId: string): Promise<Key | undefined> {
    const { client, run } = this.#options;
    const key = await client.find(keyId);
    if (key) run.known.note(key);
    else await client.requireWorkspaceId(workspaceId);
    return key;
  }

  /** Returns the key of any status that was created with this request ID. Lists all keys, once in a run. */
  async findCreatedWith(requestId: string): Promise<Key | undefined> {
    this.#keysOfAnyStatus ??= this.#listNow(undefined).catch((error: unknown) => {
      this.#keysOfAnyStatus = undefined;
      throw error;
    });
    await this.#keysOfAnyStatus;
    return this.#options.run.known.createdWith(requestId);
  }

  /**
   * Calls back when this run knows all active keys: immediately, or after another resource has listed them. It is not called
   * if no resource lists them. This makes the result independent of the order of the resources.
   */
  whenListed(urn: string, callback: () => void): void {
    if (this.#isListed) callback();
    else this.#whenListed.set(urn, callback);
  }

  /** Cancels the callback of `whenListed`. */
  cancelWhenListed(urn: string | undefined): void {
    if (urn !== undefined) this.#whenListed.delete(urn);
  }

  /** Returns the primary key. It is read once per run. */
  primary(): Promise<Key> {
    return this.#primary ?? this.rereadPrimary();
  }

  /** Reads the primary key again. */
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

  /** Reads the list of active keys as far as that takes fewer requests than reading the keys by ID. */
  async #readAhead(): Promise<void> {
    this.#unknownKeys += 1;
    // `required` also checks for keys that an interrupted run left behind, and only the list shows them.
    const needsList = this.#options.driftCheck === "required" || this.#active.isWanted;
    if (!needsList && this.#unknownKeys <= BEFORE_FIRST_PAGE) return;
    if (!needsList && this.#unknownKeys <= READ_BY_ID) {
      const { keys, isLast } = await this.#active.readFirst();
      // A page with many keys of this provider instance shows that the stack has many, before the provider has read them by ID.
      if (!isLast && keys.filter((key) => this.#isOfThisInstance(key)).length < READ_BY_ID) return;
    }
    await this.#active.readAll();
    this.#noteListed();
  }

  #isOfThisInstance({ requestId }: Key): boolean {
    const { providerId } = this.#options;
    return providerId !== undefined && requestId?.startsWith(`${providerId}:`) === true;
  }

  /** Lists the active keys, or the keys of any status. */
  async #listNow(status: "active" | undefined): Promise<readonly Key[]> {
    const { client, run } = this.#options;
    const keys = await client.listAll(status);
    run.known.note(...keys);
    this.#noteListed();
    return keys;
  }

  #noteListed(): void {
    this.#isListed = true;
    for (const callback of this.#whenListed.values()) callback();
    this.#whenListed.clear();
  }
}
