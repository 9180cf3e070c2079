// Written by `npm run generate` from the package schema.

import type * as pulumi from "@pulumi/pulumi";
import { type GatewayKeyArgs, GatewayKeyResource } from "../gateway-key";
import { type PrimarySandboxKeyArgs, PrimarySandboxKeyResource } from "../primary-sandbox-key";
import { byDynamicProvider, isInstanceOf } from "../registration";

export type {
  GetGatewayKeyArgs,
  GetGatewayKeyOutputArgs,
  GetGatewayKeyResult,
  GetGatewayKeysArgs,
  GetGatewayKeysOutputArgs,
  GetGatewayKeysResult,
  GetKeyUsageArgs,
  GetKeyUsageOutputArgs,
  GetKeyUsageResult,
  GetWorkspaceResult,
} from "../function-types";
export type { GatewayKeyArgs } from "../gateway-key";
export type { PrimarySandboxKeyArgs } from "../primary-sandbox-key";
export type { ProviderArgs } from "../provider-args";
export type {
  Caller,
  DailyUsage,
  GatewayKeyInfo,
  KeyRotation,
  KeyRotationArgs,
  Member,
  PrimaryKeyRotation,
  PrimaryKeyRotationArgs,
} from "../types";
export * from "./functions";
export { Provider } from "./provider";

const gatewayKey = byDynamicProvider("GatewayKey", "gatewayKey");

/**
 * An additional gateway key of a Dench workspace. Its value is made with it, stands encrypted in the stack's state, and
 * opens the workspace's gateway until the key is revoked: when it is removed from the program, rotated, replaced or
 * destroyed.
 *
 * The program's own installation of this package serves it: no plugin is needed.
 *
 * ```ts
 * import * as dench from "pulumi-dench/dynamic";
 *
 * const ci = new dench.GatewayKey("ci", {
 *     name: "CI/CD",
 *     scopes: ["models:read", "chat:completions"],
 *     rotation: {
 *         after: "30d",
 *         overlap: "24h",
 *     },
 * });
 *
 * export const key = ci.key;
 * ```
 */
export class GatewayKey extends GatewayKeyResource {
  /** Reads the state of an existing key by its ID, without managing it. The key value is not available. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options: pulumi.CustomResourceOptions = {}): GatewayKey {
    return new GatewayKey(name, {}, { ...options, id });
  }

  /**
   * Returns true if the given object is a `GatewayKey` of `pulumi-dench/dynamic`, even if it comes from another copy of
   * this package.
   */
  static override isInstance(object: unknown): object is GatewayKey {
    return isInstanceOf(gatewayKey, object);
  }

  constructor(name: string, args: GatewayKeyArgs = {}, options: pulumi.CustomResourceOptions = {}) {
    // The host does not pass the resource's name to its provider.
    super(gatewayKey, name, { ...args, name: args.name ?? name }, options);
  }
}

const primarySandboxKey = byDynamicProvider("PrimarySandboxKey", "primarySandboxKey");

/**
 * The primary sandbox key that every workspace has. Creating this resource takes the key over as it is; deleting it
 * forgets the key and leaves it alone. It is rotated in place, and its old value ends at once.
 *
 * The program's own installation of this package serves it: no plugin is needed.
 *
 * ```ts
 * import * as dench from "pulumi-dench/dynamic";
 *
 * const sandbox = new dench.PrimarySandboxKey("sandbox", {
 *     rotation: { after: "90d" },
 * });
 *
 * export const key = sandbox.key;
 * ```
 */
export class PrimarySandboxKey extends PrimarySandboxKeyResource {
  /** Reads the state of an existing key by its ID, without managing it. The ID is `primary`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options: pulumi.CustomResourceOptions = {}): PrimarySandboxKey {
    return new PrimarySandboxKey(name, {}, { ...options, id });
  }

  /**
   * Returns true if the given object is a `PrimarySandboxKey` of `pulumi-dench/dynamic`, even if it comes from another
   * copy of this package.
   */
  static override isInstance(object: unknown): object is PrimarySandboxKey {
    return isInstanceOf(primarySandboxKey, object);
  }

  constructor(name: string, args: PrimarySandboxKeyArgs = {}, options: pulumi.CustomResourceOptions = {}) {
    super(primarySandboxKey, name, args, options);
  }
}
