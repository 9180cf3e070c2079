import type * as pulumi from "@pulumi/pulumi";
import { type GatewayKeyArgs, GatewayKeyResource } from "./gateway-key";
import { byPlugin, isOf } from "./registration";

export type { GatewayKeyArgs } from "./gateway-key";
export { Provider } from "./provider";
export type { ProviderArgs } from "./provider-args";

const gatewayKey = byPlugin("GatewayKey");

/**
 * An additional gateway key of a Dench workspace. Its value is made with it, stands encrypted in the stack's state, and
 * opens the workspace's gateway until the key is revoked: when it is removed from the program, replaced or destroyed.
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
