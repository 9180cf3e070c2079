import type * as pulumi from "@pulumi/pulumi";

/** A function's arguments, of which each may be the output of a resource. */
type Inputs<Args> = { [Name in keyof Args]: pulumi.Input<NonNullable<Args[Name]>> | Extract<Args[Name], undefined> };

/** Which key `getGatewayKey` reads. */
export interface GetGatewayKeyArgs {
  /** Id of the key, revoked or not. Exactly one of `keyId` and `name` is given. */
  keyId?: string | undefined;
  /** Name of the one active key that has it; with several, this is an error. Exactly one is given. */
  name?: string | undefined;
}

/** Which key `getGatewayKeyOutput` reads. */
export interface GetGatewayKeyOutputArgs extends Inputs<GetGatewayKeyArgs> {}

/** Which keys `getGatewayKeys` answers with. */
export interface GetGatewayKeysArgs {
  /** Whether keys that are not active are among the answer. Default: false. */
  includeRevoked?: boolean | undefined;
  /**
   * Only keys that were not used in this many days, up to now. A key that never was counts from when it was made.
   * Default: all.
   */
  unusedForDays?: number | undefined;
  /** Only keys that were made at least this many days ago. Default: all. */
  olderThanDays?: number | undefined;
}

/** Which keys `getGatewayKeysOutput` answers with. */
export interface GetGatewayKeysOutputArgs extends Inputs<GetGatewayKeysArgs> {}

/** Whose usage `getKeyUsage` reads. */
export interface GetKeyUsageArgs {
  /** Id of the key, revoked or not. */
  keyId: string;
}

/** Whose usage `getKeyUsageOutput` reads. */
export interface GetKeyUsageOutputArgs extends Inputs<GetKeyUsageArgs> {}

/** The member of the workspace who made the key. */
export interface Member {
  /** Id of the member. */
  readonly id: string;
  /** Name of the member. */
  readonly name: string;
}

/** What the workspace shows of a gateway key. */
export interface GatewayKeyInfo {
  /** Id of the key: the `keyId` of the resource that manages it. */
  readonly id: string;
  /** Label of the key in the workspace. Several keys may have the same. */
  readonly name: string;
  /** `additional`, or `primary` for the primary sandbox key. */
  readonly kind: string;
  /** The visible start of the value. */
  readonly prefix: string;
  /** The last four characters of the value. */
  readonly last4: string;
  /** What the key may do. */
  readonly scopes: string[];
  /** `active` or `revoked`. Another word counts as not live. */
  readonly status: string;
  /** When the key was made, in RFC 3339. */
  readonly createdAt: string;
  /** The member of the workspace who made the key. */
  readonly createdBy: Member;
  /** When it was last used, in RFC 3339. Absent: never, or the workspace does not tell. */
  readonly lastUsedAt?: string | undefined;
  /** When it was revoked, in RFC 3339. Absent: it was not. */
  readonly revokedAt?: string | undefined;
  /**
   * The id of the request that made it. Keys made by this provider have one that begins with the id of its instance in
   * a stack's state.
   */
  readonly requestId?: string | undefined;
  /** Requests made with it in the last 30 days. */
  readonly requests30d: number;
  /** What they cost, estimated, in US dollars. */
  readonly costUsd30d: number;
}

/** The key that `getGatewayKey` reads. */
export type GetGatewayKeyResult = GatewayKeyInfo;

/** The keys that `getGatewayKeys` answers with. */
export interface GetGatewayKeysResult {
  /** The keys, newest first. */
  readonly keys: GatewayKeyInfo[];
}

/** The use of a gateway key on one day. */
export interface DailyUsage {
  /** The day, YYYY-MM-DD, in UTC. */
  readonly date: string;
  /** Requests made on it. */
  readonly requests: number;
  /** What they cost, estimated, in US dollars. */
  readonly costUsd: number;
}

/** The usage that `getKeyUsage` reads. */
export interface GetKeyUsageResult {
  /** Id of the key. */
  readonly keyId: string;
  /** Requests made with it in the last 30 days. */
  readonly requests: number;
  /** What they cost, estimated, in US dollars. */
  readonly costUsd: number;
  /** Each of the 30 days, oldest first, today last. */
  readonly daily: DailyUsage[];
}

/** The member of the workspace who calls with the provider's token. */
export interface Caller {
  /** Id of the member that the token belongs to. */
  readonly id: string;
  /** Name of the member. */
  readonly name: string;
  /** `admin` or `member`. Only an admin may reveal or rotate the primary sandbox key. */
  readonly role: string;
}

/** The workspace that `getWorkspace` reads. */
export interface GetWorkspaceResult {
  /** Id of the workspace. */
  readonly id: string;
  /** Name of the workspace. */
  readonly name: string;
  /** Its name in addresses, and what the provider's `workspace` is compared with. */
  readonly slug: string;
  /** The member of the workspace who calls with the provider's token. */
  readonly caller: Caller;
}
