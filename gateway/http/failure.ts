import type { Context } from "hono";
import { isUnavailable } from "../store/database";

/** The code of a failure that any request may meet. Every API has codes of these names. */
export type HttpFailureCode = "invalid_request" | "not_found" | "request_too_large" | "internal_error" | "unavailable";

/** What is wrong with one field of a request. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The failure of a request, whatever the request is for. Each API and the dashboard have their own form for it. */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  readonly code: HttpFailureCode;
  readonly problems: readonly Problem[];

  /** Without a message, the meaning of the code is the message. */
  constructor(code: HttpFailureCode, message?: string, problems: readonly Problem[] = []) {
    super(message);
    this.code = code;
    this.problems = problems;
  }
}

/** Returns the failure for an error that a handler threw. An unexpected error is a bug: it is logged, and hidden from the caller. */
export function httpFailureOf(error: Error, c: Context): HttpFailure {
  if (error instanceof HttpFailure) return error;
  // The caller has disconnected during the request, and nobody will read the response.
  if (c.req.raw.signal.aborted || ("code" in error && error.code === "ECONNRESET")) {
    return new HttpFailure("invalid_request", "The request is not complete.");
  }
  const request = `${c.req.method} ${c.req.path}`;
  if (isUnavailable(error)) {
    process.stderr.write(`${request} was not possible: ${error.message}\n`);
    return new HttpFailure("unavailable", `The database is not available at the moment: ${error.message}.`);
  }
  process.stderr.write(`${request} failed: ${error.stack ?? error.message}\n`);
  return new HttpFailure("internal_error", "The gateway failed. Its log says why.");
}
