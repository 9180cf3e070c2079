// Written by `npm run generate` from the package schema.

import type * as pulumi from "@pulumi/pulumi";
import type { Caller, DailyUsage, GatewayKeyInfo } from "./types";

/** The arguments of `getGatewayKey`. */
export interface GetGatewayKeyArgs {
  /** Id of the key, revoked or not. Exactly one of `keyId` and `name` is given. */
  keyId?: string | undefined;
  /** Name of the one active key that has it; with several, this is an error. Exactly one is given. */
  name?: string | undefined;
}

/** The arguments of `getGatewayKeyOutput`. */
export interface GetGatewayKeyOutputArgs {
  /** Id of the key, revoked or not. Exactly one of `keyId` and `name` is given. */
  keyId?: pulumi.Input<string> | undefined;
  /** Name of the one active key that has it; with several, this is an error. Exactly one is given. */
  name?: pulumi.Input<string> | undefined;
}

/** The result of `getGatewayKey`. */
export type GetGatewayKeyResult = GatewayKeyInfo;

/** The arguments of `getGatewayKeys`. */
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

/** The arguments of `getGatewayKeysOutput`. */
export interface GetGatewayKeysOutputArgs {
  /** Whether keys that are not active are among the answer. Default: false. */
  includeRevoked?: pulumi.Input<boolean> | undefined;
  /**
   * Only keys that were not used in this many days, up to now. A key that never was counts from when it was made.
   * Default: all.
   */
  unusedForDays?: pulumi.Input<number> | undefined;
  /** Only keys that were made at least this many days ago. Default: all. */
  olderThanDays?: pulumi.Input<number> | undefined;
}

/** The result of `getGatewayKeys`. */
export interface GetGatewayKeysResult {
  /** The keys, newest first. */
  readonly keys: GatewayKeyInfo[];
}

/** The arguments of `getKeyUsage`. */
export interface GetKeyUsageArgs {
  /** Id of the key, revoked or not. */
  keyId: string;
}

/** The arguments of `getKeyUsageOutput`. */
export interface GetKeyUsageOutputArgs {
  /** Id of the key, revoked or not. */
  keyId: pulumi.Input<string>;
}

/** The result of `getKeyUsage`. */
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

/** The result of `getWorkspace`. */
export interface GetWorkspaceResult {
  /** Id of the workspace. */
  readonly id: string;
  /** Name of the workspace. */
  readonly name: string;
  /** Its name in addresses, and what the provider's `workspace` is compared with. */
  readonly slug: string;
  /** The member of the workspace who calls with the provider's token. */
  readonly caller?: Caller | undefined;
}
