import type { CreatedKey, CreateKeyBody, Key } from "../../contract";
import type { Client } from "../client/client";
import type { Clock } from "../client/clock";
import type { DriftCheck } from "../config/options";
import { causeText, DenchError, hasCode, RequestIdUsedError } from "../errors";
import { shown } from "../values/shown";
import type { Run } from "./run";

const PATIENCE_MS = 10_000;

/** So many keys are read by ID. From the next one on, the list of active keys takes fewer requests. */
const READ_BY_ID = 8;

/** Failures that mean something is wrong on our side. A plan never passes over them. */
const FINAL = [
  "unauthorized",
  "forbidden",
  "admin_required",
  "no_token",
  "wrong_workspace",
  "own_key",
  "canceled",
] as const;

export interface KeysOptions {
  readonly client: Pick<Client, keyof Client>;
  readonly run: Run;
  readonly clock: Pick<Clock, "current">;
  readonly driftCheck: DriftCheck;
  /** Shows a warning that is about no resource in particular. */
  readonly warn: (message: string) => void;
}

/** The workspace's keys as one run knows them: each is read once, alone or in the list, and our own writes are noted. */
export class Keys {
  readonly #options: KeysOptions;
  readonly #known = new Map<string, Key>();
  readonly #byRequestId = new Map<string, Key>();
  #readById = 0;
  #listing: Promise<void> | undefined;
  #primary: Promise<Key> | undefined;
  #gaveUp = false;
  /** Whether the server supports request IDs: it has shown one that created a key, or has left one out. */
  #requestIds: "unknown" | "supported" | "ignored" = "unknown";

  constructor(options: KeysOptions) {
    this.#options = options;
  }

  /** Whether a request with a request ID may be sent again: this server has shown that it remembers them. */
  get supportsRequestIds(): boolean {
    return this.#requestIds === "supported";
  }

  /**
   * Creates a key with a request ID, which the server accepts once. The request is repeated after an unknown outcome only
   * where the server has shown that it supports request IDs. Before that, the list of keys says what became of it.
   */
  async create(body: CreateKeyBody & { readonly requestId: string }): Promise<CreatedKey> {
    const { client, clock } = this.#options;
    const began = clock.current;
    const isSupported = this.supportsRequestIds;
    const created = await client.createKey(body, isSupported).catch(async (error: unknown) => {
      if (isSupported || !(error instanceof DenchError) || !error.mayBeDone) throw error;
      await this.#requireNotCreated(body, began, error);
      return client.createKey(body, true);
    });
    return this.#accepted(created, body.requestId);
  }

  /** Whether this provider is itself logged in with the key. */
  async isOwn(keyId: string): Promise<boolean> {
    const { caller } = await this.#options.client.status();
    return caller.keyId === keyId;
  }

  /** Throws `own_key` if this provider is itself logged in with one of the keys. */
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
    try {
      this.#note(await this.#options.client.revokeKey(keyId));
    } catch (error) {
      if (!hasCode(error, "not_found")) throw error;
      await this.#options.client.requireWorkspaceId(workspaceId);
    }
  }

  /** The key, or undefined where its own workspace has none with this ID. Another workspace's word is an error. */
  async find(keyId: string, workspaceId: string): Promise<Key | undefined> {
    const known = this.#known.get(keyId);
    if (known) return known;
    // The list also shows keys that an interrupted run left behind, which is part of what has to be checked.
    const isListed = this.#listing !== undefined || this.#options.driftCheck === "required";
    if (!isListed && this.#readById < READ_BY_ID) {
      this.#readById += 1;
      return this.reread(keyId, workspaceId);
    }
    await this.#list();
    return this.#known.get(keyId) ?? this.reread(keyId, workspaceId);
  }

  /** Like `find`, but as it is now. */
  async reread(keyId: string, workspaceId: string): Promise<Key | undefined> {
    const { client } = this.#options;
    try {
      const key = await client.getKey(keyId);
      this.#note(key);
      return key;
    } catch (error) {
      if (!hasCode(error, "not_found")) throw error;
      await client.requireWorkspaceId(workspaceId);
      return undefined;
    }
  }

  /** The primary key. It is read once. */
  primary(): Promise<Key> {
    this.#primary ??= this.#options.client.getPrimaryKey().then(
      (key) => {
        this.#noteRequestId(key);
        return key;
      },
      (error: unknown) => {
        this.#primary = undefined;
        throw error;
      },
    );
    return this.#primary;
  }

  rereadPrimary(): Promise<Key> {
    this.#primary = undefined;
    return this.primary();
  }

  /** Notes what a rotation by this run has created. */
  notePrimary(key: Key): void {
    this.#noteRequestId(key);
    this.#primary = Promise.resolve(key);
  }

  /**
   * Reads for a plan. With `driftCheck: warn`, a server that fails, throttles or stays silent for ten seconds costs one
   * warning, which `onGivingUp` gets the reason of, and nothing more is read for plans. With `required` it is an error. A
   * refused token is an error in any case.
   */
  async readBestEffort<T>(read: () => Promise<T>, onGivingUp: (reason: string) => void): Promise<T | "not read"> {
    if (this.#options.driftCheck === "required") return read();
    if (this.#gaveUp) return "not read";
    let patience: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      patience = setTimeout(() => resolve("late"), PATIENCE_MS).unref();
    });
    try {
      const found = await Promise.race([read(), late]);
      if (found !== "late") return found;
      this.#giveUp(onGivingUp, `There was no response within ${PATIENCE_MS / 1000} seconds.`);
    } catch (error) {
      if (FINAL.some((code) => hasCode(error, code))) throw error;
      this.#giveUp(onGivingUp, causeText(error));
    } finally {
      clearTimeout(patience);
    }
    return "not read";
  }

  /** The active keys that were created with one of these request IDs, as far as this run knows them. */
  createdWith(requestIds: readonly string[]): Key[] {
    const keys = requestIds.flatMap((requestId) => this.#byRequestId.get(requestId) ?? []);
    return keys.filter(({ status }) => status === "active");
  }

  /** Reads the keys of every status, for `earlierWith`. */
  async listWithRevoked(): Promise<void> {
    for (const key of await this.#options.client.listAllKeys()) this.#note(key);
  }

  /** The key of any status that was created with this request ID, as far as this run knows. */
  earlierWith(requestId: string): Key | undefined {
    return this.#byRequestId.get(requestId);
  }

  #giveUp(onGivingUp: (reason: string) => void, reason: string): void {
    if (this.#gaveUp) return;
    this.#gaveUp = true;
    onGivingUp(reason);
  }

  #list(): Promise<void> {
    this.#listing ??= this.#options.client.listAllKeys("active").then((keys) => {
      // What this run has written since is newer than the list.
      for (const key of keys) if (!this.#known.has(key.id)) this.#note(key);
    });
    return this.#listing;
  }

  #note(key: Key): void {
    this.#known.set(key.id, key);
    if (typeof key.requestId === "string") this.#byRequestId.set(key.requestId, key);
    this.#noteRequestId(key);
  }

  #noteRequestId({ requestId }: Key): void {
    if (typeof requestId === "string" && this.#requestIds === "unknown") this.#requestIds = "supported";
  }

  /** Checks who a created key is, and notes it. */
  #accepted(created: CreatedKey, requestId: string): CreatedKey {
    const { run, warn } = this.#options;
    const { key: value, ...key } = created;
    // The list may show a key before the response to its creation arrives: with this request ID, or with none.
    const before = this.#known.get(key.id)?.requestId ?? requestId;
    const isKnown = before !== requestId || run.holderOf(key.id) !== undefined || run.hasCreated(value);
    const isOther = typeof key.requestId === "string" && key.requestId !== requestId;
    if (isKnown || isOther || key.kind === "primary") {
      const what = isKnown ? "a key that was there before" : "a key that this request did not create";
      throw new DenchError(
        "unexpected_response",
        `Could not create a gateway key: the server responded with ${what}, ${shown(key.id)}. Nothing was done with that key. The server may have created another one: look for keys that were created just now at Settings → API Keys. Check that the address is the vendor's API and no proxy changes responses.`,
        true,
      );
    }
    run.noteCreated(value);
    this.#note(key);
    if (typeof key.requestId === "string") return created;
    if (this.#requestIds !== "ignored") {
      this.#requestIds = "ignored";
      warn(
        "This server does not support request IDs: if a run is interrupted while a key is created, that key can be left behind. After an interrupted run, compare Settings → API Keys with the stack.",
      );
    }
    return created;
  }

  /**
   * After a request with an unknown outcome, to a server that has not shown yet that it supports request IDs: returns if the
   * request may be sent again. Throws `request_id_used` if it created a key, and otherwise the failure, with the keys that
   * the request may have created.
   */
  async #requireNotCreated(
    { name, requestId }: CreateKeyBody & { readonly requestId: string },
    began: number,
    failure: DenchError,
  ): Promise<void> {
    let listed: Key[];
    try {
      listed = await this.#options.client.listAllKeys("active");
    } catch (error) {
      const unchecked = `Whether the server created a key could not be checked: look for keys that were created just now at Settings → API Keys, and revoke those that no stack has. ${causeText(error)}`;
      throw new DenchError(failure.code, `${failure.message} ${unchecked}`);
    }
    for (const key of listed) this.#note(key);
    const created = listed.find((key) => key.requestId === requestId);
    if (created) throw new RequestIdUsedError("The request created a key.", { keyId: created.id, status: "active" });
    if (this.supportsRequestIds) return;
    // The server's times may be in whole seconds.
    const suspects = listed.filter((key) => key.name === name && key.createdAt >= began - 1000);
    const ids = suspects.map(({ id }) => shown(id)).join(", ");
    const outlook =
      suspects.length === 0
        ? "The list of active keys shows none that this request created."
        : `The request may have created ${ids}: active, with this name, and created since the request was sent. Revoke at Settings → API Keys what no stack has.`;
    throw new DenchError(failure.code, `${failure.message} ${outlook}`);
  }
}
