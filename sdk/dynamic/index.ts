import type * as pulumi from "@pulumi/pulumi";
import { type GatewayKeyArgs, GatewayKeyResource } from "../gateway-key";
import { byDynamicProvider, isOf } from "../registration";

export type { GatewayKeyArgs } from "../gateway-key";
export type { ProviderArgs } from "../provider-args";
export { Provider } from "./provider";

const gatewayKey = byDynamicProvider("GatewayKey", "gatewayKey");

/**
 * An additional gateway key of a Dench workspace, like the `GatewayKey` of `pulumi-dench`, but served by the program's own
 * installation of this package: no plugin is needed.
 */
export class GatewayKey extends GatewayKeyResource {
  /** The state of a key that exists, by its id, without managing it. Its value is not among it. */
  static get(name: string, id: pulumi.Input<pulumi.ID>, options: pulumi.CustomResourceOptions = {}): GatewayKey {
    return new GatewayKey(name, {}, { ...options, id });
  }

  /** Whether the object is a GatewayKey of this entry, also one of another copy of this package. */
  static override isInstance(object: unknown): object is GatewayKey {
    return isOf(gatewayKey, object);
  }

  constructor(name: string, args: GatewayKeyArgs = {}, options: pulumi.CustomResourceOptions = {}) {
    // The host does not tell its provider what the resource is called.
    super(gatewayKey, name, { ...args, name: args.name ?? name }, options);
  }
}
