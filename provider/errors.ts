import type { ResponseError } from "../contract/transport";

/** The codes of all errors that users can see. Codes are stable, so that programs can rely on them. */
export type DenchErrorCode =
  | ResponseError
  /** No token is set in the provider's arguments, the stack config or the environment. */
  | "no_token"
  /** The server, or a proxy, responded with 403 without an error code of the API. */
  | "forbidden"
  /** The token belongs to another workspace than the configured one, or than the one in the stack state. */
  | "wrong_workspace"
  /** An option of the provider is invalid, or a file that an environment variable names cannot be read. */
  | "invalid_config"
  /** An argument of a function, a command or the converter, a filter of a list, or a key ID is invalid. */
  | "invalid_arguments"
  /** More than one key matches a query for one key. */
  | "ambiguous"
  /** The run was canceled while the provider read a list. */
  | "canceled"
  /** The connection failed. */
  | "unreachable"
  /** No complete response was received in time. */
  | "timeout"
  /** The response has an unexpected status. */
  | "unexpected_status"
  /** The response does not have the form that the API defines, or contradicts itself. */
  | "unexpected_response"
  /** Every request ID that the provider tried was used before. */
  | "chain_too_long"
  /** `keepIfUsedWithin` protects a key that would have to be revoked. */
  | "key_in_use"
  /** The server does not report when a key was last used, which the program depends on. */
  | "last_use_unknown"
  /** The provider would have to revoke the key that it authenticates with. */
  | "own_key"
  /** A stack manages the key, so only a change of its program ends it. */
  | "managed_key"
  /** A revocation was not confirmed. */
  | "not_confirmed"
  /** The resource was created or updated, but is not ready yet. */
  | "not_initialized"
  /** The key cannot be imported: it is revoked, or not a gateway key. */
  | "not_importable"
  /** The stack state or the program's SDK is of a newer version than this provider. */
  | "outdated_provider"
  /** A file cannot be read, or is not an exported stack state. */
  | "invalid_state"
  /** A bug in this provider. */
  | "defect";

/**
 * An error for the user. The message states what failed, why, and what to do next. It never contains a key value, a token or
 * a body.
 */
export class DenchError extends Error {
  override readonly name: string = "DenchError";
  readonly code: DenchErrorCode;
  /** Whether the server may have executed the failed request. */
  readonly mayBeDone: boolean;

  constructor(code: DenchErrorCode, message: string, mayBeDone = false) {
    super(message);
    this.code = code;
    this.mayBeDone = mayBeDone;
  }
}

/** The resource exists with this state, but is incomplete. The engine stores the state, and the next update continues from it. */
export class NotInitializedError extends DenchError {
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;

  constructor(id: string, state: Readonly<Record<string, unknown>>, message: string) {
    super("not_initialized", message);
    this.id = id;
    this.state = state;
  }
}

export function hasCode(error: unknown, code: DenchErrorCode): error is DenchError {
  return error instanceof DenchError && error.code === code;
}

/** Returns the text of an error that is the cause of another one. */
export function causeText(error: unknown): string {
  return error instanceof DenchError ? error.message : errorText(error);
}

/** Returns the text for the user. For a bug, it contains the location but not the message, which may quote secrets. */
export function errorText(error: unknown): string {
  if (error instanceof DenchError) return `${error.message} [dench:${error.code}]`;
  const place = error instanceof Error ? (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)) : [];
  const name = error instanceof Error ? error.name : typeof error;
  return `The dench provider stopped because of a bug (${name}). Please report it with the lines below. [dench:defect]\n${place.slice(0, 5).join("\n")}`;
}
