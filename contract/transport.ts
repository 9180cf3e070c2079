// The transport that an implementation of the port requires: it sends a request and parses the response.

/** The code of an error response. */
export type ResponseError =
  /** The server rejected the request as invalid. */
  | "invalid_request"
  /** The server does not accept the token. */
  | "unauthorized"
  /** The token belongs to a member, and the request requires an admin's. */
  | "admin_required"
  /** The workspace has no key with this ID. */
  | "not_found"
  /** The primary sandbox key can be rotated, but not revoked. */
  | "primary_key_not_revocable"
  /** An earlier request created a key with the request ID. */
  | "request_id_used"
  /** The request is larger than the server accepts. */
  | "request_too_large"
  /** The server limits the number of requests. */
  | "rate_limited"
  /** The server failed. */
  | "internal_error"
  /** The server cannot complete the request at the moment. */
  | "unavailable";

/** A complete response with any status. */
export interface Response {
  readonly status: number;
  /** The parsed body, or undefined if it is not JSON. */
  readonly json: unknown;
  /** Returns a header by its lowercase name. */
  header(name: string): string | undefined;
}

/** A parsed response. A path leads to the first field with an unexpected form, and is empty for the body itself. */
export type ParsedResponse<Result> =
  | { readonly result: Result }
  | { readonly error: ResponseError }
  /** The status is expected, but the body does not have the form for this status. */
  | { readonly malformed: readonly PropertyKey[] }
  /** The API does not define this response. */
  | { readonly unexpected: readonly PropertyKey[] };

/** A request, and the parser of its response. */
export interface Exchange<Result> {
  /** The task of the request, which completes "Could not …". */
  readonly task: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The path below the base URL. `{name}` is a parameter. Errors and traces show the path without the parameters' values. */
  readonly path: string;
  /** The parameters of the path, which are key IDs. If there are none, a 404 means that the base URL is wrong. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** The query parameters. Undefined values are omitted. */
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  /** Whether the request may be retried after an unknown outcome. */
  readonly repeatable: boolean;
  /** Aborts the request. Only for requests that change nothing. */
  readonly signal?: AbortSignal | undefined;
  /** The HTTP status of a success, which errors show. */
  readonly status: number;
  parse(response: Response): ParsedResponse<Result>;
}

/** Sends a request and returns the result of its response. Throws an error if the response has no result. */
export type Send = <Result>(exchange: Exchange<Result>) => Promise<Result>;
