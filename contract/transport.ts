// What an implementation of the port needs of a transport: to send one request, and to have the response read.

/** Why the server refuses a request. */
export type Refusal =
  | "invalid_request"
  | "unauthorized"
  | "admin_required"
  | "not_found"
  | "primary_key_not_revocable"
  | "request_id_used"
  | "request_too_large"
  | "rate_limited"
  | "internal_error"
  | "unavailable";

/** A whole response, whatever its status. */
export interface Response {
  readonly status: number;
  /** The parsed body. Undefined if it is not JSON. */
  readonly json: unknown;
  /** Returns a header, by its name in lower case. */
  header(name: string): string | undefined;
}

/** What a response says. A path leads to the first field with an unexpected form, and is empty for the whole body. */
export type Reading<Result> =
  | { readonly result: Result }
  | { readonly refusal: Refusal }
  /** The status is expected, and the body does not have the form that belongs to it. */
  | { readonly misshapen: readonly PropertyKey[] }
  /** The response is none that the API gives here. */
  | { readonly unexpected: readonly PropertyKey[] };

/** One request, and how to read its response. */
export interface Exchange<Result> {
  /** What the request does, in words that go on after "Could not". */
  readonly task: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the base URL. `{name}` stands for a parameter. Errors and traces show it as it is. */
  readonly path: string;
  /** The parameters of the path: IDs of keys. Without one, a 404 is about the address. */
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  /** Leaves out what is undefined. */
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  /** Whether the request may be sent again after an unknown outcome. */
  readonly repeatable: boolean;
  /** Cuts the request off. Only for one that changes nothing. */
  readonly signal?: AbortSignal | undefined;
  /** The HTTP status of a success, for errors. */
  readonly status: number;
  read(response: Response): Reading<Result>;
}

/** Sends a request until there is a response, and returns the result that it is read as. Any other reading is an error. */
export type Send = <Result>(exchange: Exchange<Result>) => Promise<Result>;
