import type { Context } from "hono";
import { isUnavailable } from "../store/database";

/** Every code of the data plane's own refusals, with the HTTP status it comes with. */
export const refusalCodes = {
  invalid_request: 400,
  invalid_gateway_api_key: 401,
  insufficient_scope: 403,
  not_found: 404,
  model_not_found: 404,
  request_too_large: 413,
  internal_error: 500,
  upstream_unavailable: 502,
  upstream_refused: 502,
  unavailable: 503,
} as const;

export type RefusalCode = keyof typeof refusalCodes;

/** An answer of the data plane that is not a success, in OpenAI's form. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  /** The field of the request that it is about. */
  readonly param: string | null;

  constructor(code: RefusalCode, message: string, param: string | null = null) {
    super(message);
    this.code = code;
    this.param = param;
  }

  get status() {
    return refusalCodes[this.code];
  }

  get body() {
    const type = this.status >= 500 ? "server_error" : "invalid_request_error";
    return { error: { message: this.message, type, param: this.param, code: this.code } };
  }
}

/** Turns whatever a handler threw into an answer. What is not ours is a bug: logged here, and kept from the caller. */
export function answerRefusal(error: Error, c: Context): Response {
  const refusal = error instanceof Refusal ? error : refusalOf(error, c);
  c.header("Cache-Control", "no-store");
  if (refusal.status === 401) c.header("WWW-Authenticate", "Bearer");
  return c.json(refusal.body, refusal.status);
}

function refusalOf(error: Error, c: Context): Refusal {
  // The caller has gone in the middle of the request, and nobody will read this.
  if (c.req.raw.signal.aborted || ("code" in error && error.code === "ECONNRESET")) {
    return new Refusal("invalid_request", "The request did not come whole.");
  }
  if (isUnavailable(error)) {
    process.stderr.write(`${c.req.method} ${c.req.path} was not possible: ${error.message}\n`);
    return new Refusal("unavailable", `The database cannot do this now: ${error.message}.`);
  }
  process.stderr.write(`${c.req.method} ${c.req.path} failed: ${error.stack ?? error.message}\n`);
  return new Refusal("internal_error", "The gateway failed. Its log says why.");
}
