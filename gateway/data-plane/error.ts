import type { Context } from "hono";
import { type HttpFailure, httpFailureOf } from "../http/failure";
import { setStatusHeaders } from "../http/status-headers";

/** Every error code of the data plane, with the HTTP status of its response and its meaning. */
export const dataPlaneErrors = {
  invalid_request: { status: 400, meaning: "The request does not have the form that the data plane requires." },
  unsupported_parameter: {
    status: 400,
    meaning: "The echo model does not support a parameter, and the gateway runs with --strict.",
  },
  invalid_gateway_api_key: { status: 401, meaning: "The gateway API key is missing, unknown or revoked." },
  insufficient_scope: { status: 403, meaning: "The gateway API key lacks the scope that this operation requires." },
  not_found: {
    status: 404,
    meaning:
      "The data plane supports only GET /v1/models, GET /v1/models/{id}, POST /v1/chat/completions and POST /v1/responses.",
  },
  model_not_found: { status: 404, meaning: "There is no such model." },
  request_too_large: { status: 413, meaning: "The request is larger than the data plane accepts." },
  internal_error: { status: 500, meaning: "The gateway failed." },
  upstream_unavailable: { status: 502, meaning: "The upstream does not respond." },
  upstream_refused: { status: 502, meaning: "The upstream rejects the upstream key of the gateway." },
  unavailable: { status: 503, meaning: "The gateway cannot complete the request at the moment." },
} as const;

/** The maximum number of problems in an error response. */
const MAX_PROBLEMS = 5;

export type DataPlaneErrorCode = keyof typeof dataPlaneErrors;

/** An error response of the data plane, in OpenAI's form. */
export class DataPlaneError extends Error {
  override readonly name = "DataPlaneError";
  readonly code: DataPlaneErrorCode;
  /** The field of the request that is invalid, if any. */
  readonly param: string | null;

  constructor(code: DataPlaneErrorCode, message: string = dataPlaneErrors[code].meaning, param: string | null = null) {
    super(message);
    this.code = code;
    this.param = param;
  }

  static of({ code, message, problems }: HttpFailure): DataPlaneError {
    if (problems.length === 0) return new DataPlaneError(code, message || undefined);
    const texts = problems
      .slice(0, MAX_PROBLEMS)
      .map((problem) => `${problem.path.join(".") || "the body"}: ${problem.message}`);
    const [field] = problems[0]?.path ?? [];
    return new DataPlaneError(code, texts.join("; "), field === undefined ? null : String(field));
  }

  get status() {
    return dataPlaneErrors[this.code].status;
  }

  get body() {
    const type = this.status >= 500 ? "server_error" : "invalid_request_error";
    return { error: { message: this.message, type, param: this.param, code: this.code } };
  }
}

export function sendDataPlaneError(error: Error, c: Context): Response {
  const { body, status } = error instanceof DataPlaneError ? error : DataPlaneError.of(httpFailureOf(error, c));
  c.header("Cache-Control", "no-store");
  setStatusHeaders(c, status);
  return c.json(body, status);
}
