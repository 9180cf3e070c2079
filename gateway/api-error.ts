import type { Context } from "hono";
import { type ErrorBody, type ErrorCode, errorCodes, errorMeanings } from "../contract";
import { isUnavailable } from "./store/database";

/** An answer of the management API that is not a success. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly details: unknown;

  constructor(code: ErrorCode, message: string = errorMeanings[code].text, details?: unknown) {
    super(message);
    this.code = code;
    this.details = details;
  }

  get status() {
    return errorCodes[this.code];
  }

  get body(): ErrorBody {
    const { message, code, details } = this;
    const type = this.status >= 500 ? "server_error" : "client_error";
    return { error: { message, type, code, ...(details === undefined ? {} : { details }) } };
  }
}

/** What is said of whatever a handler threw. What is not ours is a bug: logged here, and kept from the caller. */
export function apiErrorOf(error: Error, c: Context): ApiError {
  if (error instanceof ApiError) return error;
  // The caller has gone in the middle of the request, and nobody will read this.
  if ("code" in error && error.code === "ECONNRESET") {
    return new ApiError("invalid_request", "The request did not come whole.", []);
  }
  if (isUnavailable(error)) {
    process.stderr.write(`${c.req.method} ${c.req.path} was not possible: ${error.message}\n`);
    return new ApiError("unavailable", `The database cannot do this now: ${error.message}.`);
  }
  process.stderr.write(`${c.req.method} ${c.req.path} failed: ${error.stack ?? error.message}\n`);
  return new ApiError("internal_error", "The gateway failed. Its log says why.");
}

export function answerError(error: Error, c: Context): Response {
  return errorResponse(c, apiErrorOf(error, c));
}

export function errorResponse(c: Context, { body, status }: ApiError): Response {
  return c.json(body, status);
}
