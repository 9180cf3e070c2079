import * as z from "zod";

/** Every code of an error answer, with the HTTP status it comes with. */
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

/** Codes that every operation may answer with. */
export const commonErrors = [
  "invalid_request",
  "unauthorized",
  "request_too_large",
  "rate_limited",
  "internal_error",
  "unavailable",
] as const satisfies readonly ErrorCode[];

export function isErrorCode(word: string): word is ErrorCode {
  return Object.hasOwn(errorCodes, word);
}

/** The body of every answer that is not a success. A code that is not in `errorCodes` is accepted. */
export const ErrorBody = z.object({
  error: z.object({
    message: z.string(),
    type: z.string(),
    code: z.string(),
    details: z.unknown().optional(),
  }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;

/** `details` of `invalid_request`: each problem, with the path of the field it is about. */
export const InvalidRequestDetails = z.array(z.object({ path: z.string(), message: z.string() }));
export type InvalidRequestDetails = z.infer<typeof InvalidRequestDetails>;

/** `details` of `request_id_used`: the key that the request id made, and its status now. */
export const RequestIdUsedDetails = z.object({ keyId: z.string(), status: z.string() });
export type RequestIdUsedDetails = z.infer<typeof RequestIdUsedDetails>;
