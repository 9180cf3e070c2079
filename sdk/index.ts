import type * as pulumi from "@pulumi/pulumi";
import { type GatewayKeyArgs, GatewayKeyResource } from "./gateway-key";
import { type PrimarySandboxKeyArgs, PrimarySandboxKeyResource } from "./primary-sandbox-key";
import { byPlugin, isOf } from "./registration";

// Not `export type *`, which TypeScript before 5.0 cannot read.
export * from "./function-types";
export * from "./functions";
export type { GatewayKeyArgs, KeyRotation, KeyRotationArgs } from "./gateway-key";
export type { PrimaryKeyRotation, PrimaryKeyRotationArgs, PrimarySandboxKeyArgs } from "./primary-sandbox-key";
export { Provider } from "./provider";
export type { ProviderArgs } from "./provider-args";

const primarySandboxKey = byPlugin("PrimarySandboxKey");
const gatewayKey = byPlugin("GatewayKey");

/**
 * An additional gateway key of a Dench workspace. Its value is made with it, stands encrypted in the stack's state, and
 * opens the workspace's gateway until the key is revoked: when it is removed from the program, rotated, replaced or
 * destroyed.
 *
 * ```ts
 * const ci = new dench.GatewayKey("ci", { name: "CI/CD", scopes: ["models:read", "chat:completions"] });
 * export const key = ci.key;
 * ```
 */
export class GatewayKey extends GatewayKeyResource {
  /** The state of a key that exists, by its id, without managing it. Its value is not among it. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options: pulumi.CustomResourceOptions = {}): GatewayKey {
    return new GatewayKey(name, {}, { ...options, id });
  }

  /** Whether the object is a GatewayKey, also one of another copy of this package. */
  static override isInstance(object: unknown): object is GatewayKey {
    return isOf(gatewayKey, object);
  }

  constructor(name: string, args: GatewayKeyArgs = {}, options: pulumi.CustomResourceOptions = {}) {
    super(gatewayKey, name, args, options);
  }
}

/**
 * The primary sandbox key that every workspace has. Creating this resource takes the key over as it is; deleting it
 * forgets the key and leaves it alone. It is rotated in place, and its old value ends at once.
 */
export class PrimarySandboxKey extends PrimarySandboxKeyResource {
  /** The state of the key, without managing it. The id is `primary`. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options: pulumi.CustomResourceOptions = {}): PrimarySandboxKey {
    return new PrimarySandboxKey(name, {}, { ...options, id });
  }

  /** Whether the object is a PrimarySandboxKey, also one of another copy of this package. */
  static override isInstance(object: unknown): object is PrimarySandboxKey {
    return isOf(primarySandboxKey, object);
  }

  constructor(name: string, args: PrimarySandboxKeyArgs = {}, options: pulumi.CustomResourceOptions = {}) {
    super(primarySandboxKey, name, args, options);
  }
}
