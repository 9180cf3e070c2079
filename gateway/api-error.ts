import type { Context } from "hono";
import { type ErrorBody, type ErrorCode, errorCodes } from "../contract";

/** An answer of the management API that is not a success. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly details: unknown;

  constructor(code: ErrorCode, message: string, details?: unknown) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** Turns whatever a handler threw into an answer. What is not ours is a bug: logged here, and kept from the caller. */
export function answerError(error: Error, c: Context): Response {
  if (error instanceof ApiError) return errorResponse(c, error);
  process.stderr.write(`${c.req.method} ${c.req.path} failed: ${error.stack ?? error.message}\n`);
  return errorResponse(c, new ApiError("internal_error", "The gateway failed. Its log says why."));
}

export function errorResponse(c: Context, { code, message, details }: ApiError): Response {
  const status = errorCodes[code];
  const type = status >= 500 ? "server_error" : "client_error";
  const body: ErrorBody = { error: { message, type, code, ...(details === undefined ? {} : { details }) } };
  return c.json(body, status);
}
