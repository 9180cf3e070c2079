import type { Context } from "hono";
import { type ErrorBody, type ErrorCode, errorCodes, errorMeanings, type InvalidRequestDetails } from "../../contract";
import { type HttpFailure, httpFailureOf, type Problem } from "../http/failure";
import { setStatusHeaders } from "../http/status-headers";

/** An error response of the management API. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly details: unknown;

  constructor(code: ErrorCode, message: string = errorMeanings[code].text, details?: unknown) {
    super(message);
    this.code = code;
    this.details = details;
  }

  static of({ code, message, problems }: HttpFailure): ApiError {
    return new ApiError(code, message || undefined, code === "invalid_request" ? encodeProblems(problems) : undefined);
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

function encodeProblems(problems: readonly Problem[]): InvalidRequestDetails {
  return problems.map(({ path, message }) => ({ path: path.join("."), message }));
}

/** Returns the error response for an error that a handler threw. */
export function apiErrorOf(error: Error, c: Context): ApiError {
  return error instanceof ApiError ? error : ApiError.of(httpFailureOf(error, c));
}

export function sendApiError(error: Error, c: Context): Response {
  const { body, status } = apiErrorOf(error, c);
  setStatusHeaders(c, status);
  return c.json(body, status);
}
