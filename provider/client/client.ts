import type * as z from "zod";
import {
  type CreatedKey,
  type CreateKeyBody,
  ErrorBody,
  type ErrorCode,
  errorCodes,
  isErrorCode,
  type Key,
  type KeyPage,
  type KeyUsage,
  type Operation,
  operations,
  RequestIdUsedDetails,
  type RevealedKey,
  type Status,
} from "../../contract";
import type { Config } from "../config/options";
import { DenchError, type DenchErrorCode, RequestIdUsedError } from "../errors";
import { pathOf } from "../values/problems";
import { placeOf, type Secrets } from "../values/secrets";
import { shown } from "../values/shown";
import type { Clock } from "./clock";
import { type Asked, badIdText, failureText, noAnswerText, noTokenText, unexpectedFormText } from "./failure-text";
import { Http, type HttpAnswer, type HttpOptions, NoAnswerError } from "./http";

interface Call {
  /** Takes the place of `{id}` in the operation's path. */
  readonly id?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Whether the server is known to support request IDs. Defaults to false. */
  readonly supportsRequestIds?: boolean;
  /** Cuts the request off. Only for one that changes nothing. */
  readonly signal?: AbortSignal;
}

/** The most keys that the API gives at once. */
export const LARGEST_PAGE = 100;

export interface KeyPageQuery {
  readonly status?: "active" | "revoked" | undefined;
  /** How many keys the next page has at most. Defaults to as many as the API gives at once. */
  readonly limit?: () => number;
  /** Where to begin: `cursor` of an earlier page. Defaults to the newest key. */
  readonly cursor?: string | undefined;
}

/** A list that is longer than this does not end. */
export const MOST_PAGES = 10_000;

/** What a client needs beside the configuration; the parts that a test or a host gives. */
export interface ClientOptions extends Pick<HttpOptions, "signal" | "userAgent" | "trace" | "limit"> {
  /** Learns the server's time from its responses. */
  readonly clock: Clock;
  readonly secrets: Secrets;
}

/** The management API as typed calls. Every failure is a DenchError. */
export class Client {
  readonly #config: Config;
  readonly #http: Http;
  readonly #options: ClientOptions;
  #status: Promise<Status> | undefined;

  constructor(config: Config, options: ClientOptions) {
    this.#config = config;
    this.#options = options;
    this.#http = new Http({ ...options, ...config });
  }

  /** Whose token it is. Asked once. */
  status(): Promise<Status> {
    return this.#status ?? this.statusNow();
  }

  /** The same, asked anew. */
  statusNow(): Promise<Status> {
    const asked = this.#call(operations.getStatus).catch((error: unknown) => {
      this.#status = undefined;
      throw error;
    });
    this.#status = asked;
    return asked;
  }

  /** Throws `wrong_workspace` unless the token belongs to the workspace of the configuration, where that names one. */
  async requireConfiguredWorkspace(): Promise<void> {
    const wanted = this.#config.workspace;
    if (wanted === undefined) return;
    const { workspace } = await this.status();
    if (workspace.slug === wanted) return;
    throw this.#wrongWorkspace(
      workspace.slug,
      `the workspace asked for is "${wanted}". Use that workspace's token, or correct the workspace.`,
    );
  }

  /** Throws `wrong_workspace` unless the token belongs to the workspace with this id. */
  async requireWorkspaceId(id: string): Promise<void> {
    const { workspace } = await this.status();
    if (workspace.id === id) return;
    throw this.#wrongWorkspace(
      workspace.slug,
      `the keys in this stack's state belong to the workspace with the ID ${shown(id)}. Use that workspace's token and address. If that workspace no longer exists, remove its keys from the state with \`pulumi state delete\`, or the whole stack with \`pulumi stack rm --force\`.`,
    );
  }

  /**
   * Creates a key. The request is sent again after an unknown outcome only if the server is known to support request IDs.
   */
  createKey(body: CreateKeyBody, supportsRequestIds: boolean): Promise<CreatedKey> {
    return this.#call(operations.createKey, { body, supportsRequestIds });
  }

  /**
   * The workspace's keys but the primary one, newest first, page by page; each page says where the next one begins. A list
   * that leads back to a page, or has more than 10,000, is an error, and so is one that is cut off by a signal.
   */
  async *keyPages(query: KeyPageQuery, signal?: AbortSignal): AsyncGenerator<KeyPage> {
    const over = signal ? AbortSignal.any([signal, this.#options.signal]) : this.#options.signal;
    const { status, limit = () => LARGEST_PAGE } = query;
    const seen = new Set<string>();
    let { cursor } = query;
    for (let count = 0; count < MOST_PAGES; count += 1) {
      const asked = {
        ...(status ? { status } : {}),
        limit: String(limit()),
        ...(cursor === undefined ? {} : { cursor }),
      };
      if (over.aborted) throw new DenchError("canceled", CANCELED);
      const page: KeyPage = await this.#call(operations.listKeys, { query: asked, signal: over }).catch(
        (error: unknown) => {
          throw over.aborted ? new DenchError("canceled", CANCELED) : error;
        },
      );
      if (cursor !== undefined) seen.add(cursor);
      if (page.cursor !== null && seen.has(page.cursor)) {
        throw unexpected(operations.listKeys, "a page is followed by an earlier page");
      }
      yield page;
      if (page.cursor === null) return;
      cursor = page.cursor;
    }
    throw endless();
  }

  /** Every key of the workspace but the primary one, newest first; with a status, only those that have it. */
  async listAllKeys(status?: KeyPageQuery["status"]): Promise<Key[]> {
    const keys: Key[] = [];
    for await (const { items } of this.keyPages({ status })) keys.push(...items);
    return keys;
  }

  async getKey(id: string): Promise<Key> {
    const key = await this.#call(operations.getKey, { id });
    if (key.id !== id) throw unexpected(operations.getKey, "it is about another key");
    return key;
  }

  /** Of the last 30 days. */
  async getKeyUsage(id: string): Promise<KeyUsage> {
    const usage = await this.#call(operations.getKeyUsage, { id, query: { days: "30" } });
    if (usage.keyId !== id) throw unexpected(operations.getKeyUsage, "it is about another key");
    return usage;
  }

  /** Succeeds only if the server says that it is this key which is no longer active. */
  async revokeKey(id: string): Promise<Key> {
    const key = await this.#call(operations.revokeKey, { id });
    if (key.id !== id) throw unexpected(operations.revokeKey, "it is about another key", true);
    if (key.status === "active") throw unexpected(operations.revokeKey, "the key is still active", true);
    return key;
  }

  async getPrimaryKey(): Promise<Key> {
    return primary(operations.getPrimaryKey, await this.#call(operations.getPrimaryKey));
  }

  /** Needs an admin's token. Each time is recorded in the workspace. */
  revealPrimaryKey(): Promise<RevealedKey> {
    return this.#call(operations.revealPrimaryKey);
  }

  /**
   * Needs an admin's token. Where the server supports request IDs it rotates once for each, and responds to a repeated request
   * with the key that it created.
   */
  async rotatePrimaryKey(requestId: string, supportsRequestIds: boolean): Promise<Key> {
    const call = { body: { requestId }, supportsRequestIds };
    return primary(operations.rotatePrimaryKey, await this.#call(operations.rotatePrimaryKey, call), true);
  }

  /** Where the token came from, in words that may be shown. */
  get tokenSource(): string {
    return this.#config.token?.source ?? "nowhere";
  }

  #wrongWorkspace(actual: string, expected: string): DenchError {
    return new DenchError(
      "wrong_workspace",
      `Stopped, with nothing changed: the token from ${this.#config.token?.source ?? "?"} belongs to the workspace "${shown(actual)}", but ${expected}`,
    );
  }

  async #call<A extends object>(operation: Operation & { readonly answer: z.ZodType<A> }, call: Call = {}): Promise<A> {
    const { id = "", query = {}, body, supportsRequestIds = false, signal } = call;
    const { baseUrl, token } = this.#config;
    if (!token) throw new DenchError("no_token", noTokenText(operation));
    if (operation.path.includes("{id}") && !isPathSegment(id)) {
      throw new DenchError("invalid_arguments", badIdText(operation));
    }
    if (operation.path !== operations.getStatus.path) await this.requireConfiguredWorkspace();

    const url = new URL(baseUrl + operation.path.replace("{id}", encodeURIComponent(id)));
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const path = new URL(baseUrl).pathname.replace(/\/$/, "") + operation.path;
    const asked = { operation, url, path, token };
    let answer: HttpAnswer;
    try {
      answer = await this.#http.send({
        method: operation.method,
        url,
        path,
        token: token.value,
        body,
        repeatable: operation.repeat === "always" || supportsRequestIds,
        ...(signal ? { signal } : {}),
      });
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
      const code = error.reason === "too_large" ? "unexpected_answer" : error.reason;
      throw new DenchError(code, noAnswerText(asked, error), error.wasSent);
    }

    if (answer.status === operation.status) {
      const result = operation.answer.safeParse(answer.json);
      if (result.success) return this.#accepted(operation, result.data, answer);
      throw new DenchError("unexpected_answer", unexpectedFormText(asked, answer, fieldOf(answer, result.error)), true);
    }
    throw errorOf(asked, answer);
  }

  /** What a response of the right form brings beside its content: the time, and secrets, which it repeats nowhere. */
  #accepted<A extends object>(operation: Operation, result: A, answer: HttpAnswer): A {
    const { clock, secrets } = this.#options;
    clock.learn(answer);
    const { key, ...rest }: { key?: unknown } = { ...result };
    if (typeof key === "string") secrets.add(key);
    const place = placeOf(this.#config.token?.value ?? "", rest);
    if (place === undefined) return result;
    throw unexpected(operation, `its field ${place} contains the token`, operation.method !== "GET");
  }
}

const CANCELED = "Could not list the gateway keys: the run was canceled first.";

/** A response of the right form that says what cannot be. */
function unexpected({ summary }: Operation, what: string, mayBeDone = false): DenchError {
  return new DenchError(
    "unexpected_answer",
    `Could not ${summary}: the server's response cannot be right, since ${what}. Nothing was removed from the state. Check that the address is the vendor's API and no proxy changes responses; if so, report this to the vendor.`,
    mayBeDone,
  );
}

/** A list has more pages than any workspace. */
export function endless(): DenchError {
  return unexpected(operations.listKeys, `it has more than ${MOST_PAGES} pages`);
}

function primary(operation: Operation, key: Key, mayBeDone = false): Key {
  if (key.kind === "primary") return key;
  throw unexpected(operation, "it is not about the primary sandbox key", mayBeDone);
}
/** Returns the failure that an error response stands for. */
function errorOf(asked: Asked, answer: HttpAnswer): DenchError {
  const { status, json } = answer;
  const body = ErrorBody.safeParse(json);
  const error = body.data?.error;
  const mayBeDone = status < 300 || status >= 500 || status === 408;
  const code = knownCode(asked.operation, status, error?.code) ?? REFUSALS.get(status) ?? "unexpected_status";
  if (code === "unexpected_status") {
    // A code that is unknown, or comes with another status, is a field of an unexpected form too.
    const field = body.success ? "error.code" : fieldOf(answer, body.error);
    return new DenchError(code, failureText(asked, answer, code, field), mayBeDone);
  }
  if (code !== "request_id_used") return new DenchError(code, failureText(asked, answer, code), mayBeDone);
  const earlier = RequestIdUsedDetails.safeParse(error?.details);
  if (earlier.success) return new RequestIdUsedError(failureText(asked, answer, code), earlier.data);
  const field = pathOf(["error", "details", ...(earlier.error.issues[0]?.path ?? [])]);
  return new DenchError("unexpected_answer", unexpectedFormText(asked, answer, field));
}

/** Returns the path of the first field with an unexpected form: empty for the whole body, undefined if it is not JSON. */
function fieldOf({ json }: HttpAnswer, { issues }: z.ZodError): string | undefined {
  return json === undefined ? undefined : pathOf(issues[0]?.path ?? []);
}

/**
 * Whether an ID can stand in an address. Everyone on the way takes `.` and `..` for steps to another path, however they
 * are encoded, so a request to revoke such a key would reach something else.
 */
function isPathSegment(id: string): boolean {
  return !["", ".", ".."].includes(id) && id.isWellFormed();
}

/** What a refusal is even when it does not come from the API itself. */
const REFUSALS: ReadonlyMap<number, DenchErrorCode> = new Map([
  [401, "unauthorized"],
  [403, "forbidden"],
  [429, "rate_limited"],
]);

/**
 * The server's code, if it is one of the API's and comes with its status. A proxy's 404 is not the API's, and a server that says
 * "not found" of an address without an ID means the address.
 */
function knownCode({ errors }: Operation, status: number, code: string | undefined): ErrorCode | undefined {
  if (code === undefined || !isErrorCode(code) || errorCodes[code] !== status) return undefined;
  return code !== "not_found" || errors?.includes(code) ? code : undefined;
}
