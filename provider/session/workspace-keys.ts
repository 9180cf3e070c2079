import type { Key, Made } from "../../contract/port";
import type { Client } from "../client/client";
import type { Clock } from "../client/clock";
import type { DriftCheck } from "../config/options";
import { DenchError } from "../errors";
import { shown } from "../values/shown";
import { createKey, type NewKey } from "./create-key";
import type { Run } from "./run";

/** The maximum number of keys to read by ID. For more keys, the list of active keys takes fewer requests. */
const READ_BY_ID = 8;

export interface WorkspaceKeysOptions {
  readonly client: Pick<Client, keyof Client>;
  readonly run: Run;
  readonly clock: Pick<Clock, "current">;
  readonly driftCheck: DriftCheck;
  /** Shows a warning that is not about a particular resource. */
  readonly warn: (message: string) => void;
}

/** Reads and changes the workspace's keys. Each key is read once per run, by its ID or in a list. */
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
    const { run, driftCheck } = this.#options;
    const known = run.known.get(keyId);
    if (known) return known;
    // `required` also checks for keys that an interrupted run left behind, and only the list shows them.
    const needsList = driftCheck === "required" || this.#lists.has("active") || this.#readById >= READ_BY_ID;
    if (!this.#isListed && needsList) await this.#list("active");
    else this.#readById += 1;
    return run.known.get(keyId) ?? this.reread(keyId, workspaceId);
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
    await this.#list(undefined);
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

  /** Lists the active keys, or the keys of any status. */
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
