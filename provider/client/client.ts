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
import type { Config } from "../config";
import { DenchError, type DenchErrorCode, RequestIdUsedError } from "../errors";
import { pathOf } from "../problems";
import { type Asked, badIdText, failureText, noAnswerText, noTokenText, unexpectedFormText } from "./failure-text";
import { Http, type HttpAnswer, type HttpOptions, NoAnswerError } from "./http";

interface Call {
  /** Takes the place of `{id}` in the operation's path. */
  readonly id?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Whether a POST may be sent again: its body carries a request id, which the server takes once. */
  readonly repeatable?: boolean;
}

/** The most keys that the API gives at once. */
export const LARGEST_PAGE = 100;

export interface KeyPageQuery {
  readonly status?: "active" | "revoked" | undefined;
  /** Default: as many as the API gives at once. */
  readonly limit?: number;
  /** Of the page before. */
  readonly cursor?: string | undefined;
}

/** What a client needs beside the configuration; the parts that a test or a host gives. */
export type ClientOptions = Pick<HttpOptions, "signal" | "userAgent" | "trace" | "limit">;

/** The management API as typed calls. Every failure is a DenchError. */
export class Client {
  readonly #config: Config;
  readonly #http: Http;
  #status: Promise<Status> | undefined;

  constructor(config: Config, options: ClientOptions) {
    this.#config = config;
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
    if (workspace.slug !== wanted) throw this.#wrongWorkspace(workspace.slug, `the workspace asked for is "${wanted}"`);
  }

  /** Throws `wrong_workspace` unless the token belongs to the workspace with this id. */
  async requireWorkspaceId(id: string): Promise<void> {
    const { workspace } = await this.status();
    if (workspace.id === id) return;
    throw this.#wrongWorkspace(
      workspace.slug,
      `the keys in this stack's state belong to the workspace with the id ${id}`,
    );
  }

  /** Sent again after a fault if it has a request id: the server then takes it once. */
  createKey(body: CreateKeyBody): Promise<CreatedKey> {
    return this.#call(operations.createKey, { body, repeatable: body.requestId !== undefined });
  }

  /** One page of the workspace's keys but the primary one, newest first. */
  async listKeys({ status, limit = LARGEST_PAGE, cursor }: KeyPageQuery): Promise<KeyPage> {
    const query = { ...(status ? { status } : {}), limit: String(limit), ...(cursor === undefined ? {} : { cursor }) };
    const page = await this.#call(operations.listKeys, { query });
    // Followed, it would lead round and round.
    if (page.cursor !== null && page.cursor === cursor) throw new DenchError("unexpected_answer", SAME_PAGE);
    return page;
  }

  /** Every key of the workspace but the primary one, newest first; with a status, only those that have it. */
  async listAllKeys(status?: KeyPageQuery["status"]): Promise<Key[]> {
    const keys: Key[] = [];
    let cursor: string | undefined;
    do {
      const page: KeyPage = await this.listKeys({ status, cursor });
      keys.push(...page.items);
      cursor = page.cursor ?? undefined;
    } while (cursor !== undefined);
    return keys;
  }

  getKey(id: string): Promise<Key> {
    return this.#call(operations.getKey, { id });
  }

  /** Of the last 30 days. */
  getKeyUsage(id: string): Promise<KeyUsage> {
    return this.#call(operations.getKeyUsage, { id, query: { days: "30" } });
  }

  revokeKey(id: string): Promise<Key> {
    return this.#call(operations.revokeKey, { id });
  }

  getPrimaryKey(): Promise<Key> {
    return this.#call(operations.getPrimaryKey);
  }

  /** Needs an admin's token. Each time is recorded in the workspace. */
  revealPrimaryKey(): Promise<RevealedKey> {
    return this.#call(operations.revealPrimaryKey, { repeatable: true });
  }

  /** Needs an admin's token. Done once per request id: asked again, the server answers with the key that it made. */
  rotatePrimaryKey(requestId: string): Promise<Key> {
    return this.#call(operations.rotatePrimaryKey, { body: { requestId }, repeatable: true });
  }

  /** Where the token came from, in words that may be shown. */
  get tokenSource(): string {
    return this.#config.token?.source ?? "nowhere";
  }

  #wrongWorkspace(actual: string, expected: string): DenchError {
    return new DenchError(
      "wrong_workspace",
      `Stopped, with nothing changed: the token from ${this.#config.token?.source ?? "?"} belongs to the workspace "${actual}", but ${expected}. Use that workspace's token, or correct the workspace.`,
    );
  }

  async #call<A>(operation: Operation & { readonly answer: z.ZodType<A> }, call: Call = {}): Promise<A> {
    const { id = "", query = {}, body, repeatable = operation.method !== "POST" } = call;
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
      answer = await this.#http.send({ method: operation.method, url, path, token: token.value, body, repeatable });
    } catch (error) {
      if (!(error instanceof NoAnswerError)) throw error;
      const code = error.reason === "too_large" ? "unexpected_answer" : error.reason;
      throw new DenchError(code, noAnswerText(asked, error));
    }

    if (answer.status === operation.status) {
      const result = operation.answer.safeParse(answer.json);
      if (result.success) return result.data;
      throw new DenchError("unexpected_answer", unexpectedFormText(asked, answer, fieldOf(answer, result.error)));
    }
    throw errorOf(asked, answer);
  }
}

/** Returns the failure that an error response stands for. */
function errorOf(asked: Asked, answer: HttpAnswer): DenchError {
  const { status, json } = answer;
  const body = ErrorBody.safeParse(json);
  const error = body.data?.error;
  const code = knownCode(asked.operation, status, error?.code) ?? REFUSALS.get(status) ?? "unexpected_status";
  if (code === "unexpected_status") {
    // A code that is unknown, or comes with another status, is a field of an unexpected form too.
    const field = body.success ? "error.code" : fieldOf(answer, body.error);
    return new DenchError(code, failureText(asked, answer, code, field));
  }
  if (code !== "request_id_used") return new DenchError(code, failureText(asked, answer, code));
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

const SAME_PAGE =
  "Could not list the gateway keys: the server says that a page is followed by itself. Its form of the API may differ from the one assumed here: look for a newer version of this provider.";

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
