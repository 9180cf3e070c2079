// Written by `npm run generate` from the package schema.

import type * as pulumi from "@pulumi/pulumi";

/**
 * When a `GatewayKey` gets a new value, and how long the old one goes on. Durations are days, hours, minutes and
 * seconds, like `30d`, `24h`, `90m` or `1h30m`.
 */
export interface KeyRotationArgs {
  /**
   * Values by a name of yours. Changing one rotates the key; adding or removing one does not, so that a schedule can
   * start or stop safely. Only on a key that was imported without its value, adding one rotates as well. Default: none.
   */
  triggers?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  /**
   * Age, e.g. `30d`, from which on an update rotates the key (less a hundredth, at most an hour). It needs updates that
   * are run by a schedule. Default: never. Changing it calls nothing, unless the key is older than that already.
   */
  after?: pulumi.Input<string> | undefined;
  /**
   * How long the old value works beside a new one, e.g. `24h`; it ends at the first update after that. With it, the key
   * is rotated in place. Default: `0s`, none, and the key is replaced. Changing it moves a running overlap, and `0s`
   * ends it.
   */
  overlap?: pulumi.Input<string> | undefined;
}

/** When a `PrimarySandboxKey` gets a new value. The old one ends at once. */
export interface PrimaryKeyRotationArgs {
  /** Values by a name of yours. Changing one rotates the key; adding or removing one does not. Default: none. */
  triggers?: pulumi.Input<Record<string, pulumi.Input<string>>> | undefined;
  /**
   * Age, e.g. `90d`, from which on an update rotates the key (less a hundredth, at most an hour). Default: never.
   * Changing it calls nothing, unless the key is older than that already.
   */
  after?: pulumi.Input<string> | undefined;
}

/**
 * When a `GatewayKey` gets a new value, and how long the old one goes on. Durations are days, hours, minutes and
 * seconds, like `30d`, `24h`, `90m` or `1h30m`.
 */
export interface KeyRotation {
  /**
   * Values by a name of yours. Changing one rotates the key; adding or removing one does not, so that a schedule can
   * start or stop safely. Only on a key that was imported without its value, adding one rotates as well. Default: none.
   */
  readonly triggers?: Record<string, string> | undefined;
  /**
   * Age, e.g. `30d`, from which on an update rotates the key (less a hundredth, at most an hour). It needs updates that
   * are run by a schedule. Default: never. Changing it calls nothing, unless the key is older than that already.
   */
  readonly after?: string | undefined;
  /**
   * How long the old value works beside a new one, e.g. `24h`; it ends at the first update after that. With it, the key
   * is rotated in place. Default: `0s`, none, and the key is replaced. Changing it moves a running overlap, and `0s`
   * ends it.
   */
  readonly overlap?: string | undefined;
}

/** When a `PrimarySandboxKey` gets a new value. The old one ends at once. */
export interface PrimaryKeyRotation {
  /** Values by a name of yours. Changing one rotates the key; adding or removing one does not. Default: none. */
  readonly triggers?: Record<string, string> | undefined;
  /**
   * Age, e.g. `90d`, from which on an update rotates the key (less a hundredth, at most an hour). Default: never.
   * Changing it calls nothing, unless the key is older than that already.
   */
  readonly after?: string | undefined;
}

/** The member of the workspace who made the key. */
export interface Member {
  /** Id of the member. Absent: the workspace does not tell. */
  readonly id?: string | undefined;
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
  readonly createdBy?: Member | undefined;
  /** When it was last used, in RFC 3339. Absent: never, or the workspace does not tell. */
  readonly lastUsedAt?: string | undefined;
  /** When it was revoked, in RFC 3339. Absent: it was not, or the workspace does not tell. */
  readonly revokedAt?: string | undefined;
  /**
   * The id of the request that made it. Keys made by this provider have one that begins with the id of its instance in
   * a stack's state. Absent: there was none, or the workspace does not tell.
   */
  readonly requestId?: string | undefined;
  /** Requests made with it in the last 30 days. */
  readonly requests30d: number;
  /** What they cost, estimated, in US dollars. */
  readonly costUsd30d: number;
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

/** The member of the workspace who calls with the provider's token. */
export interface Caller {
  /** Id of the member that the token belongs to. */
  readonly id: string;
  /** Name of the member. */
  readonly name: string;
  /** `admin` or `member`. Only an admin may reveal or rotate the primary sandbox key. */
  readonly role: string;
}
