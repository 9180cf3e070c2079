import type { Context } from "hono";
import { isUnavailable } from "../store/database";

/** Every error code of the data plane, with the HTTP status of its response and its meaning. */
export const refusals = {
  invalid_request: { status: 400, meaning: "The request does not have the form that the data plane requires." },
  invalid_gateway_api_key: { status: 401, meaning: "The gateway API key is missing, unknown or revoked." },
  insufficient_scope: { status: 403, meaning: "The gateway API key lacks the scope that this operation requires." },
  not_found: {
    status: 404,
    meaning: "The data plane has GET /v1/models and POST /v1/chat/completions, and nothing else.",
  },
  model_not_found: { status: 404, meaning: "There is no such model." },
  request_too_large: { status: 413, meaning: "The request is larger than the data plane accepts." },
  internal_error: { status: 500, meaning: "The gateway failed." },
  upstream_unavailable: { status: 502, meaning: "The upstream does not respond." },
  upstream_refused: { status: 502, meaning: "The upstream does not accept the gateway's key for it." },
  unavailable: { status: 503, meaning: "The gateway cannot complete the request at the moment." },
} as const;

export type RefusalCode = keyof typeof refusals;

/** An answer of the data plane that is not a success, in OpenAI's form. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: RefusalCode;
  /** The field of the request that it is about. */
  readonly param: string | null;

  constructor(code: RefusalCode, message: string = refusals[code].meaning, param: string | null = null) {
    super(message);
    this.code = code;
    this.param = param;
  }

  get status() {
    return refusals[this.code].status;
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
