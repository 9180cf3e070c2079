// The port: the gateway keys of a workspace in the provider's words. The vendor's paths, pages, HTTP statuses and error words
// stay behind it, in vendor-api.ts.

/** The workspace that a token belongs to. */
export interface Workspace {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  /** Who calls with the token. Absent if the API does not tell. */
  readonly caller?: Caller | undefined;
}

export interface Caller {
  readonly id: string;
  readonly name: string;
  /** `admin` or `member`. Any other word means a member. */
  readonly role: string;
  /** The key that is the token. Absent for a member's token, and if the API does not tell. */
  readonly keyId?: string | undefined;
}

export interface Usage {
  readonly requests: number;
  /** Estimated, in US dollars. */
  readonly costUsd: number;
}

/** A key as the workspace shows it. Its value travels beside it. Times are milliseconds since the epoch. */
export interface Key {
  readonly id: string;
  readonly name: string;
  /** `primary` or `additional`. */
  readonly kind: string;
  /** The visible start of the value. */
  readonly prefix: string;
  readonly last4: string;
  readonly scopes: readonly string[];
  /** `active` or `revoked`. Any other word counts as not live, and nothing is revoked for it. */
  readonly status: string;
  readonly createdAt: number;
  /** Absent if the API does not tell. */
  readonly createdBy?: { readonly id?: string | undefined; readonly name: string } | undefined;
  /** Null: never. Absent: the API does not tell. */
  readonly lastUsedAt?: number | null | undefined;
  /** Absent if the key is not revoked, or the API does not tell. */
  readonly revokedAt?: number | undefined;
  /** The request ID that created the key. Absent if there was none, or the API does not tell. */
  readonly requestId?: string | undefined;
  readonly usage30d: Usage;
}

export interface KeyUsage extends Usage {
  readonly keyId: string;
  /** Each day of the period, oldest first. */
  readonly daily: readonly (Usage & { readonly date: string })[];
}

export interface ListQuery {
  /** Defaults to keys of every status. */
  readonly status?: "active" | "revoked" | undefined;
  /** How many keys the batch should have at most. Defaults to as many as the API gives at once. */
  readonly atMost?: number | undefined;
  /** Where the batch begins: `next` of the batch before. Defaults to the newest key. */
  readonly from?: string | undefined;
}

/** A part of a list. It may have more keys than the query asks for, if the API gives no smaller parts. */
export interface Batch {
  readonly keys: readonly Key[];
  /** Where the next batch begins, in words of the API that mean nothing to anyone else. Undefined at the end. */
  readonly next: string | undefined;
}

/** The identity of a request that changes something. */
export interface RequestIdentity {
  /** Creates one key at most. */
  readonly requestId: string;
  /** Whether the server is known to remember request IDs, so that the request may be sent again. */
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

/** The key that a request ID created before, and its present status. */
export interface EarlierKey {
  readonly earlier: { readonly keyId: string; readonly status: string };
}

export type Made = CreatedKey | EarlierKey;

export interface RevealedKey {
  readonly keyId: string;
  readonly value: string;
}

/** The gateway keys of a workspace. A response that cannot be right is an `ImplausibleResponse`. */
export interface GatewayKeysApi {
  /** Returns the workspace that the token belongs to. */
  workspace(): Promise<Workspace>;
  /** Lists the keys but the primary one, newest first. A signal cuts the request off. */
  list(query: ListQuery, signal?: AbortSignal): Promise<Batch>;
  /** Creates a key, or returns the one that the request ID created before. */
  make(request: KeyRequest): Promise<Made>;
  /** Returns a key of any status, or undefined if the workspace has none with this ID. */
  find(id: string): Promise<Key | undefined>;
  /** Revokes a key. One that is revoked already counts as revoked. */
  revoke(id: string): Promise<"revoked" | "missing">;
  primary(): Promise<Key>;
  /** Reveals the value of the primary key. Requires an admin's token. */
  revealPrimary(): Promise<RevealedKey>;
  /** Rotates the primary key, once for each request ID. Requires an admin's token. */
  rotatePrimary(request: RequestIdentity): Promise<Key>;
  /** Returns the usage of the last 30 days. */
  usage(id: string): Promise<KeyUsage>;
}

/** What each call of the port does, in words that go on after "Could not". */
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

/** A response has the right form, and says what cannot be. The message goes on after "since". */
export class ImplausibleResponse extends Error {
  override readonly name = "ImplausibleResponse";
}
