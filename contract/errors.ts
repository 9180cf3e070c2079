import * as z from "zod";

/** Every error code, with the HTTP status of its response. */
export const errorCodes = {
  invalid_request: 400,
  unauthorized: 401,
  admin_required: 403,
  not_found: 404,
  primary_key_not_revocable: 409,
  request_id_used: 409,
  request_too_large: 413,
  rate_limited: 429,
  internal_error: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** The error codes that any operation may respond with. */
export const commonErrors = [
  "invalid_request",
  "unauthorized",
  "request_too_large",
  "rate_limited",
  "internal_error",
  "unavailable",
] as const satisfies readonly ErrorCode[];

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}

/** The body of every error response. A code that is not in `errorCodes` is valid. */
export const ErrorBody = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    code: z.string(),
    details: z.unknown().optional(),
  }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** The `details` of `invalid_request`: all problems, each with the path of its field. */
export const InvalidRequestDetails = z.array(z.object({ path: z.string(), message: z.string() }));
export type InvalidRequestDetails = z.infer<typeof InvalidRequestDetails>;

/** The `details` of `request_id_used`: the key that the request ID created, and its current status. */
export const RequestIdUsedDetails = z.object({ keyId: z.string(), status: z.string() });
export type RequestIdUsedDetails = z.infer<typeof RequestIdUsedDetails>;

export interface ErrorMeaning {
  readonly text: string;
  /** The schema of `details`. Undefined for codes without details. */
  readonly details?: z.ZodType;
}

/** The meaning of each error code. */
export const errorMeanings: Readonly<Record<ErrorCode, ErrorMeaning>> = {
  invalid_request: {
    text: "The request does not have the form that the API requires. `details` lists each problem.",
    details: InvalidRequestDetails,
  },
  unauthorized: { text: "The token is missing, or the server does not accept it." },
  admin_required: { text: "The token belongs to a member, and this operation requires an admin's token." },
  not_found: { text: "The workspace has no key with this ID." },
  primary_key_not_revocable: { text: "The primary sandbox key cannot be revoked. It can be rotated." },
  request_id_used: {
    text: "An earlier request created a key with this request ID. `details` identifies the key.",
    details: RequestIdUsedDetails,
  },
  request_too_large: { text: "The request is larger than the server accepts." },
  rate_limited: { text: "There are too many requests. The Retry-After header may say when to retry." },
  internal_error: { text: "The server failed. It may have completed the request." },
  unavailable: { text: "The server cannot complete the request at the moment, and changed nothing." },
};
