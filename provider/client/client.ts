import {
  type Batch,
  type CreatedKey,
  type EarlierKey,
  type GatewayKeysApi,
  ImplausibleResponse,
  type Key,
  type KeyRequest,
  type KeyUsage,
  type ListQuery,
  type RequestIdentity,
  type RevealedKey,
  tasks,
  type Workspace,
} from "../../contract/port";
import type { Config } from "../config/options";
import { DenchError } from "../errors";
import { type Secrets, secretPathIn } from "../values/secrets";
import { shown } from "../values/shown";
import { implausibleText } from "./failure-text";

/** The maximum number of batches. A longer list is treated as endless. */
export const MOST_BATCHES = 10_000;

export interface BatchQuery extends Omit<ListQuery, "atMost"> {
  /** Returns the maximum number of keys in the next batch. Defaults to the maximum of the API. */
  readonly atMost?: () => number | undefined;
}

/** A created key. */
export interface CheckedKey extends CreatedKey {
  /** Whether this process already knew the value, so that this request cannot have created it. */
  readonly isSeen: boolean;
}

export interface ClientOptions extends Pick<Config, "token" | "workspace"> {
  readonly secrets: Secrets;
  /** Cancels lists. */
  readonly signal: AbortSignal;
}

/**
 * The port with the checks that do not depend on the API: whether the token belongs to the expected workspace, and whether
 * a response is plausible. Every failure is a `DenchError`.
 */
export class Client {
  readonly #api: GatewayKeysApi;
  readonly #options: ClientOptions;
  #workspace: Promise<Workspace> | undefined;

  constructor(api: GatewayKeysApi, options: ClientOptions) {
    this.#api = api;
    this.#options = options;
  }

  /** Returns the workspace that the token belongs to. It is read once. */
  workspace(): Promise<Workspace> {
    return this.#workspace ?? this.workspaceNow();
  }

  /** Reads the workspace again. */
  workspaceNow(): Promise<Workspace> {
    const reading = this.#plausible("workspace", () => this.#api.workspace()).catch((error: unknown) => {
      this.#workspace = undefined;
      throw error;
    });
    this.#workspace = reading;
    return reading;
  }

  /** Throws `wrong_workspace` if a workspace is configured and the token belongs to another one. */
  async requireConfiguredWorkspace(): Promise<void> {
    const wanted = this.#options.workspace;
    if (wanted === undefined) return;
    const { slug } = await this.workspace();
    if (slug === wanted) return;
    throw this.#wrongWorkspace(
      slug,
      `the provider option workspace is "${wanted}". Use that workspace's token, or correct the option.`,
    );
  }

  /** Throws `wrong_workspace` unless the token belongs to the workspace with this ID. */
  async requireWorkspaceId(wanted: string): Promise<void> {
    const { id, slug } = await this.workspace();
    if (id === wanted) return;
    throw this.#wrongWorkspace(
      slug,
      `the keys in this stack's state belong to the workspace with the ID ${shown(wanted)}. Use that workspace's token and address. If that workspace no longer exists, remove its keys from the state with \`pulumi state delete\`, or the whole stack with \`pulumi stack rm --force\`.`,
    );
  }

  /** Creates a key, or returns the key that an earlier request created with the request ID. */
  async make(request: KeyRequest): Promise<CheckedKey | EarlierKey> {
    const made = await this.#call(
      "make",
      () => this.#api.make(request),
      (made) => ("key" in made ? made.key : made),
    );
    if ("earlier" in made) return made;
    const { secrets } = this.#options;
    const isSeen = secrets.has(made.value);
    secrets.add(made.value);
    return { ...made, isSeen };
  }

  /**
   * Lists the workspace's keys except the primary one, newest first, in batches. Throws `unexpected_response` if the list
   * leads back to an earlier batch or has more than 10,000 batches, and `canceled` if a signal aborts it.
   */
  async *batches({ status, atMost = () => undefined, from }: BatchQuery, signal?: AbortSignal): AsyncGenerator<Batch> {
    const over = signal ? AbortSignal.any([signal, this.#options.signal]) : this.#options.signal;
    const seen = new Set<string>();
    let next = from;
    for (let count = 0; count < MOST_BATCHES; count += 1) {
      const query = { status, atMost: atMost(), from: next };
      if (over.aborted) throw canceled();
      const batch = await this.#call("list", () => this.#api.list(query, over)).catch((error: unknown) => {
        throw over.aborted ? canceled() : error;
      });
      if (next !== undefined) seen.add(next);
      if (batch.next !== undefined && seen.has(batch.next)) {
        throw implausible("list", "a page is followed by an earlier page");
      }
      yield batch;
      if (batch.next === undefined) return;
      next = batch.next;
    }
    throw endless();
  }

  /** Lists all keys of the workspace except the primary one, newest first. With a status, lists only the keys with this status. */
  async listAll(status?: ListQuery["status"]): Promise<Key[]> {
    const all: Key[] = [];
    for await (const { keys } of this.batches({ status })) all.push(...keys);
    return all;
  }

  /** Returns a key, or undefined if the workspace of the token has none with this ID. */
  async find(id: string): Promise<Key | undefined> {
    const key = await this.#call("find", () => this.#api.find(id));
    if (key !== undefined && key.id !== id) throw implausible("find", ABOUT_ANOTHER);
    return key;
  }

  /** Returns a key. Throws `not_found` if the workspace of the token has none with this ID. */
  async get(id: string): Promise<Key> {
    const key = await this.find(id);
    if (key) return key;
    throw new DenchError(
      "not_found",
      `Could not ${tasks.find}: the workspace has no key with this ID. Check the ID, and that the token belongs to the right workspace.`,
    );
  }

  /** Returns the usage of the last 30 days. */
  async usage(id: string): Promise<KeyUsage> {
    const usage = await this.#call("usage", () => this.#api.usage(id));
    if (usage.keyId !== id) throw implausible("usage", ABOUT_ANOTHER);
    return usage;
  }

  revoke(id: string): Promise<"revoked" | "missing"> {
    return this.#call("revoke", () => this.#api.revoke(id));
  }

  async primary(): Promise<Key> {
    return requirePrimary("primary", await this.#call("primary", () => this.#api.primary()));
  }

  /** Reveals the value of the primary key. Requires an admin's token. The workspace records each call. */
  async revealPrimary(): Promise<RevealedKey> {
    const revealed = await this.#call(
      "revealPrimary",
      () => this.#api.revealPrimary(),
      ({ keyId }) => ({ keyId }),
    );
    this.#options.secrets.add(revealed.value);
    return revealed;
  }

  /**
   * Rotates the primary key. Requires an admin's token. A server that supports request IDs rotates once per request ID, and
   * responds to a repeated request with the key that it created.
   */
  async rotatePrimary(request: RequestIdentity): Promise<Key> {
    const key = await this.#call("rotatePrimary", () => this.#api.rotatePrimary(request));
    return requirePrimary("rotatePrimary", key);
  }

  /** The description of where the token is set, for messages. */
  get tokenSource(): string {
    return this.#options.token?.source ?? "nowhere";
  }

  #wrongWorkspace(actual: string, expected: string): DenchError {
    return new DenchError(
      "wrong_workspace",
      `Stopped, with nothing changed: the token from ${this.tokenSource} belongs to the workspace "${shown(actual)}", but ${expected}`,
    );
  }

  /** Calls the port in the configured workspace. `visible` returns the part of a result that must not contain the token. */
  async #call<Result>(
    task: Task,
    call: () => Promise<Result>,
    visible: (result: Result) => unknown = (result) => result,
  ): Promise<Result> {
    await this.requireConfiguredWorkspace();
    return this.#plausible(task, call, visible);
  }

  async #plausible<Result>(
    task: Task,
    call: () => Promise<Result>,
    visible: (result: Result) => unknown = (result) => result,
  ): Promise<Result> {
    const result = await call().catch((error: unknown) => {
      throw error instanceof ImplausibleResponse ? implausible(task, error.message) : error;
    });
    const place = secretPathIn(this.#options.token?.value ?? "", visible(result));
    if (place === undefined) return result;
    throw implausible(task, `its field ${place} contains the token`);
  }
}

type Task = keyof typeof tasks;

/** The tasks that change something. */
const WRITES: ReadonlySet<Task> = new Set(["make", "revoke", "rotatePrimary"]);

const ABOUT_ANOTHER = "it is about another key";

function implausible(task: Task, what: string): DenchError {
  return new DenchError("unexpected_response", implausibleText(tasks[task], what), WRITES.has(task));
}

/** Returns the error for a list with more than `MOST_BATCHES` batches. */
export function endless(): DenchError {
  return implausible("list", `it has more than ${MOST_BATCHES} pages`);
}

function canceled(): DenchError {
  return new DenchError("canceled", `Could not ${tasks.list}: the run was canceled first.`);
}

function requirePrimary(task: Task, key: Key): Key {
  if (key.kind === "primary") return key;
  throw implausible(task, "it is not about the primary sandbox key");
}
