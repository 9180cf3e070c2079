/** Every failure that a user can meet. The codes are stable; programs may rely on them. */
export type DenchErrorCode =
  /** The server does not accept the form of the request. */
  | "invalid_request"
  /** The token is not accepted. */
  | "unauthorized"
  /** The token belongs to a member, and the request requires an admin's. */
  | "admin_required"
  /** The workspace has no such key. */
  | "not_found"
  /** The primary sandbox key can be rotated, but not revoked. */
  | "primary_key_not_revocable"
  /** The request ID has created a key before. */
  | "request_id_used"
  /** The request is larger than the server accepts. */
  | "request_too_large"
  /** The server requests fewer requests. */
  | "rate_limited"
  /** The server failed. */
  | "internal_error"
  /** The server cannot complete the request at the moment. */
  | "unavailable"
  /** No token in the provider's arguments, the stack's config or the environment. */
  | "no_token"
  /** Refused with 403, without a word of the API about why. */
  | "forbidden"
  /** The token belongs to another workspace than the one asked for, or than the one in the state. */
  | "wrong_workspace"
  /** An option of the provider is not of its form. */
  | "invalid_config"
  /** The arguments of a function, or of a list, or the ID of a key, are not of their form. */
  | "invalid_arguments"
  /** More than one key answers to what was asked for one. */
  | "ambiguous"
  /** The run was canceled while a list was read. */
  | "canceled"
  /** No connection, or it broke. */
  | "unreachable"
  /** No whole answer in time. */
  | "timeout"
  /** The server answered with a status that it should not have here. */
  | "unexpected_status"
  /** The server's answer is not of the form that the API has. */
  | "unexpected_answer"
  /** Every request ID of a chain had created a key before. */
  | "chain_too_long"
  /** A key that `keepIfUsedWithin` keeps stands in the way. */
  | "key_in_use"
  /** The server does not say when a key was last used, which is asked for. */
  | "last_use_unknown"
  /** The key that the provider is itself logged in with would have been revoked. */
  | "own_key"
  /** The resource was made or changed, but is not as it should be yet. */
  | "not_initialised"
  /** A key that cannot be taken over: revoked, or not a gateway key. */
  | "not_importable"
  /** A defect of this provider. */
  | "defect";

/** A failure, told to the user: what was tried, what went wrong, what to do next. Never a value, token or body. */
export class DenchError extends Error {
  override readonly name: string = "DenchError";
  readonly code: DenchErrorCode;
  /** Whether the server may have carried out the request that failed. */
  readonly mayBeDone: boolean;

  constructor(code: DenchErrorCode, message: string, mayBeDone = false) {
    super(message);
    this.code = code;
    this.mayBeDone = mayBeDone;
  }
}

/**
 * The resource exists, with this state, but something is left to do. The engine keeps the state, and the next update goes
 * on from there.
 */
export class NotInitialisedError extends DenchError {
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;

  constructor(id: string, state: Readonly<Record<string, unknown>>, message: string) {
    super("not_initialised", message);
    this.id = id;
    this.state = state;
  }
}

export function hasCode(error: unknown, code: DenchErrorCode): error is DenchError {
  return error instanceof DenchError && error.code === code;
}

/** A failure as a part of another one's text. */
export function causeText(error: unknown): string {
  return error instanceof DenchError ? error.message : errorText(error);
}

/** The text for the user. Of a defect only where it is: its message may quote what nobody may see. */
export function errorText(error: unknown): string {
  if (error instanceof DenchError) return `${error.message} [dench:${error.code}]`;
  const place = error instanceof Error ? (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)) : [];
  const name = error instanceof Error ? error.name : typeof error;
  return `A defect of the dench provider (${name}) stopped this. Please report it, with the lines below. [dench:defect]\n${place.slice(0, 5).join("\n")}`;
}
