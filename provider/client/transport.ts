import type { Exchange, Send } from "../../contract/transport";
import type { Config } from "../config/options";
import { DenchError, type DenchErrorCode } from "../errors";
import { pathOf } from "../values/problems";
import type { Clock } from "./clock";
import {
  badIdText,
  type FailedRequest,
  failureText,
  noResponseText,
  noTokenText,
  unexpectedFormText,
} from "./failure-text";
import { type Http, type HttpResponse, NoResponseError } from "./http";

export interface TransportOptions extends Pick<Config, "baseUrl" | "token"> {
  /** Learns the server's time from its responses. */
  readonly clock: Pick<Clock, "learn">;
}

/** Returns a function that sends the contract's requests with the token. Every failure is a `DenchError`. */
export function transport(http: Pick<Http, "send">, { baseUrl, token, clock }: TransportOptions): Send {
  const basePath = new URL(baseUrl).pathname.replace(/\/$/, "");
  return async (exchange) => {
    const { task, method, path, parameters = {}, query = {}, headers, body, repeatable, signal } = exchange;
    if (!token) throw new DenchError("no_token", noTokenText(task));
    if (!Object.values(parameters).every(isPathSegment)) {
      throw new DenchError("invalid_arguments", badIdText(task));
    }
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parameters[name] ?? ""));
    const url = new URL(baseUrl + filled);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const failed = { exchange, url, path: basePath + path, token };
    const request = {
      method,
      url,
      path: failed.path,
      token: token.value,
      body,
      repeatable,
      ...(headers ? { headers } : {}),
      ...(signal ? { signal } : {}),
    };
    const response = await http.send(request).catch((error: unknown) => {
      throw error instanceof NoResponseError ? noResponse(failed, error) : error;
    });
    const result = resultOf(exchange, failed, response);
    clock.learn(response);
    return result;
  };
}

function noResponse(failed: FailedRequest, error: NoResponseError): DenchError {
  const code = error.reason === "too_large" ? "unexpected_response" : error.reason;
  return new DenchError(code, noResponseText(failed, error), error.wasSent);
}

/** Returns the result of a response. Throws an error if the response is not a success. */
function resultOf<Result>(exchange: Exchange<Result>, failed: FailedRequest, response: HttpResponse): Result {
  const { status, json } = response;
  const parsed = exchange.parse(response);
  if ("result" in parsed) return parsed.result;
  const mayBeDone = status < 300 || status >= 500 || status === 408;
  const field = (path: readonly PropertyKey[]) => (json === undefined ? undefined : pathOf(path));
  if ("error" in parsed) {
    return fail(parsed.error, failureText(failed, response, parsed.error), mayBeDone);
  }
  if ("malformed" in parsed) {
    return fail("unexpected_response", unexpectedFormText(failed, response, field(parsed.malformed)), mayBeDone);
  }
  const code = STATUS_CODES.get(status) ?? "unexpected_status";
  return fail(code, failureText(failed, response, code, field(parsed.unexpected)), mayBeDone);
}

function fail(...failure: ConstructorParameters<typeof DenchError>): never {
  throw new DenchError(...failure);
}

/** The error codes of statuses that may also come from a proxy. */
const STATUS_CODES: ReadonlyMap<number, DenchErrorCode> = new Map([
  [401, "unauthorized"],
  [403, "forbidden"],
  [429, "rate_limited"],
]);

/**
 * Returns true if an ID can be a segment of a path. Proxies and servers resolve `.` and `..` even if they are encoded, so a
 * request to revoke a key with such an ID would reach another path.
 */
function isPathSegment(id: string): boolean {
  return !["", ".", ".."].includes(id) && id.isWellFormed();
}
