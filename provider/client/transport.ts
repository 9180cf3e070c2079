import type { Exchange, Send } from "../../contract/transport";
import type { Config } from "../config/options";
import { DenchError, type DenchErrorCode } from "../errors";
import { pathOf } from "../values/problems";
import type { Clock } from "./clock";
import { type Asked, badIdText, failureText, noAnswerText, noTokenText, unexpectedFormText } from "./failure-text";
import { type Http, type HttpAnswer, NoAnswerError } from "./http";

export interface TransportOptions extends Pick<Config, "baseUrl" | "token"> {
  /** Learns the server's time from its responses. */
  readonly clock: Pick<Clock, "learn">;
}

/** Sends what the contract asks for, with the token. Knows no operation by name. Every failure is a DenchError. */
export function transport(http: Pick<Http, "send">, { baseUrl, token, clock }: TransportOptions): Send {
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
    const asked = { exchange, url, path: new URL(baseUrl).pathname.replace(/\/$/, "") + path, token };
    const request = {
      method,
      url,
      path: asked.path,
      token: token.value,
      body,
      repeatable,
      ...(headers ? { headers } : {}),
      ...(signal ? { signal } : {}),
    };
    const answer = await http.send(request).catch((error: unknown) => {
      throw error instanceof NoAnswerError ? noAnswer(asked, error) : error;
    });
    const result = resultOf(exchange, asked, answer);
    clock.learn(answer);
    return result;
  };
}

function noAnswer(asked: Asked, error: NoAnswerError): DenchError {
  const code = error.reason === "too_large" ? "unexpected_answer" : error.reason;
  return new DenchError(code, noAnswerText(asked, error), error.wasSent);
}

/** Throws the failure that any other response stands for. */
function resultOf<Result>(exchange: Exchange<Result>, asked: Asked, answer: HttpAnswer): Result {
  const { status, json } = answer;
  const reading = exchange.read(answer);
  if ("result" in reading) return reading.result;
  const mayBeDone = status < 300 || status >= 500 || status === 408;
  const field = (path: readonly PropertyKey[]) => (json === undefined ? undefined : pathOf(path));
  if ("refusal" in reading) {
    return fail(reading.refusal, failureText(asked, answer, reading.refusal), mayBeDone);
  }
  if ("misshapen" in reading) {
    return fail("unexpected_answer", unexpectedFormText(asked, answer, field(reading.misshapen)), mayBeDone);
  }
  const code = REFUSALS.get(status) ?? "unexpected_status";
  return fail(code, failureText(asked, answer, code, field(reading.unexpected)), mayBeDone);
}

function fail(...failure: ConstructorParameters<typeof DenchError>): never {
  throw new DenchError(...failure);
}

/** What a refusal is even when it does not come from the API itself. */
const REFUSALS: ReadonlyMap<number, DenchErrorCode> = new Map([
  [401, "unauthorized"],
  [403, "forbidden"],
  [429, "rate_limited"],
]);

/**
 * Whether an ID can stand in an address. Everyone on the way takes `.` and `..` for steps to another path, however they
 * are encoded, so a request to revoke such a key would reach something else.
 */
function isPathSegment(id: string): boolean {
  return !["", ".", ".."].includes(id) && id.isWellFormed();
}
