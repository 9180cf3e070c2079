// The port: the gateway keys of a workspace in the provider's terms. Only vendor-api.ts depends on the vendor's paths, pages,
// HTTP statuses and error codes.

/** The workspace that a token belongs to. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  /** The owner of the token. Absent if the API does not report it. */
  readonly caller?: Caller | undefined;
}

export interface Caller {
  readonly id: string;
  readonly name: string;
  /** `admin` or `member`. Any other role has a member's rights. */
  readonly role: string;
  /** The ID of the key that is used as the token. Absent for a member's token, or if the API does not report it. */
  readonly keyId?: string | undefined;
}

export interface Usage {
  readonly requests: number;
  /** The estimated cost in US dollars. */
  readonly costUsd: number;
}

/** A key without its value. Times are in milliseconds since the epoch. */
export interface Key {
  readonly id: string;
  readonly name: string;
  /** `primary` or `additional`. */
  readonly kind: string;
  /** The visible start of the key value. */
  readonly prefix: string;
  readonly last4: string;
  readonly scopes: readonly string[];
  /** `active` or `revoked`. The provider treats any other status as not active, and revokes no other key because of it. */
  readonly status: string;
  readonly createdAt: number;
  /** Absent if the API does not report it. */
  readonly createdBy?: { readonly id?: string | undefined; readonly name: string } | undefined;
  /** Null if the key was never used. Absent if the API does not report it. */
  readonly lastUsedAt?: number | null | undefined;
  /** Absent if the key is not revoked, or if the API does not report it. */
  readonly revokedAt?: number | undefined;
  /** The request ID that created the key. Absent if there was none, or if the API does not report it. */
  readonly requestId?: string | undefined;
  readonly usage30d: Usage;
}

export interface DetailedUsage extends Usage {
  /** The tokens of the prompts. Absent if the API does not report it. */
  readonly inputTokens?: number | undefined;
  /** The tokens of the responses. Absent if the API does not report it. */
  readonly outputTokens?: number | undefined;
}

export interface KeyUsage extends DetailedUsage {
  readonly keyId: string;
  /** The usage of each day, oldest first. */
  readonly daily: readonly (DetailedUsage & { readonly date: string })[];
}

export interface ListQuery {
  /** Defaults to keys of every status. */
  readonly status?: "active" | "revoked" | undefined;
  /** The maximum number of keys in the batch. Defaults to the maximum of the API. */
  readonly atMost?: number | undefined;
  /** The start of the batch: `next` of the previous batch. Defaults to the newest key. */
  readonly from?: string | undefined;
}

/** A part of a list. It has more keys than requested if the API does not support smaller parts. */
export interface Batch {
  readonly keys: readonly Key[];
  /** The start of the next batch. Only the API interprets it. Undefined at the end of the list. */
  readonly next: string | undefined;
}

/** The identity of a request that changes something. */
export interface RequestIdentity {
  /** An ID that can create only one key. */
  readonly requestId: string;
  /** Whether the server is known to support request IDs, so that the request may be retried. */
  readonly supportsRequestIds: boolean;
}

export interface KeyRequest extends RequestIdentity {
  readonly name: string;
  /** Defaults to the workspace's scopes. */
  readonly scopes?: readonly string[] | undefined;
}

export interface CreatedKey {
  readonly key: Key;
  readonly value: string;
}

/** The key that an earlier request created with the request ID, and its current status. */
export interface EarlierKey {
  readonly earlier: { readonly keyId: string; readonly status: string };
}

export type Made = CreatedKey | EarlierKey;

export interface RevealedKey {
  readonly keyId: string;
  readonly value: string;
}

/** The gateway keys of a workspace. Throws `ImplausibleResponse` if a response cannot be right. */
export interface GatewayKeysApi {
  /** Returns the workspace that the token belongs to. */
  workspace(): Promise<Workspace>;
  /** Lists the keys except the primary one, newest first. The signal aborts the request. */
  list(query: ListQuery, signal?: AbortSignal): Promise<Batch>;
  /** Creates a key, or returns the key that an earlier request created with the request ID. */
  make(request: KeyRequest): Promise<Made>;
  /** Returns a key of any status, or undefined if the workspace has none with this ID. */
  find(id: string): Promise<Key | undefined>;
  /** Revokes a key. Returns `revoked` if it was already revoked. */
  revoke(id: string): Promise<"revoked" | "missing">;
  primary(): Promise<Key>;
  /** Reveals the value of the primary key. Requires an admin's token. */
  revealPrimary(): Promise<RevealedKey>;
  /** Rotates the primary key, once for each request ID. Requires an admin's token. */
  rotatePrimary(request: RequestIdentity): Promise<Key>;
  /** Returns the usage of the last 30 days. */
  usage(id: string): Promise<KeyUsage>;
}

/** The task of each call of the port, which completes "Could not …". */
export const tasks = {
  workspace: "query which workspace the token belongs to",
  list: "list the gateway keys",
  make: "create a gateway key",
  find: "read a gateway key",
  revoke: "revoke a gateway key",
  primary: "read the primary sandbox key",
  revealPrimary: "reveal the primary sandbox key",
  rotatePrimary: "rotate the primary sandbox key",
  usage: "read the usage of a gateway key",
} as const satisfies Record<keyof GatewayKeysApi, string>;

/** A response has the right form, but cannot be right. The message completes "because …". */
export class ImplausibleResponse extends Error {
  override readonly name = "ImplausibleResponse";
}
