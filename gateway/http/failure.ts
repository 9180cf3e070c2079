import type { Context } from "hono";
import { isUnavailable } from "../store/database";
import { REQUEST_ID_HEADER } from "./request-id";

/** A failure that any request can have. Each API has error codes of these names. */
export type HttpFailureCode = "invalid_request" | "not_found" | "request_too_large" | "internal_error" | "unavailable";

/** A problem with one field of a request. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The failure of a request, in the form of no particular API. Each API and the dashboard render it in their own form. */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  readonly code: HttpFailureCode;
  readonly problems: readonly Problem[];

  /** The message defaults to the meaning that the API gives the code. */
  constructor(code: HttpFailureCode, message?: string, problems: readonly Problem[] = []) {
    super(message);
    this.code = code;
    this.problems = problems;
  }
}

/** Returns the failure for an error that a handler threw. Logs an unexpected error, and hides it from the caller. */
export function httpFailureOf(error: Error, c: Context): HttpFailure {
  if (error instanceof HttpFailure) return error;
  // The caller disconnected during the request, so nobody reads this response.
  if (c.req.raw.signal.aborted || ("code" in error && error.code === "ECONNRESET")) {
    return new HttpFailure("invalid_request", "The request is incomplete.");
  }
  const request = `${c.req.method} ${c.req.path} (${c.res.headers.get(REQUEST_ID_HEADER)})`;
  if (isUnavailable(error)) {
    process.stderr.write(`${request} failed: ${error.message}\n`);
    return new HttpFailure("unavailable", `The database is currently unavailable: ${error.message}.`);
  }
  process.stderr.write(`${request} failed: ${error.stack ?? error.message}\n`);
  return new HttpFailure("internal_error", "The gateway failed. See its log for the reason.");
}
