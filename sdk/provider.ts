import * as pulumi from "@pulumi/pulumi";
import { pluginDownloadURL, version } from "../version";
import type { ProviderArgs } from "./provider-args";

/**
 * An explicit provider: for a second workspace in one program, or settings that differ from the stack's. The stack's
 * config does not apply to it. Changing its arguments touches no key.
 */
export class Provider extends pulumi.ProviderResource {
  /** Whether the object is a Provider, also one of another copy of this package. */
  static override isInstance(object: unknown): object is Provider {
    return (
      pulumi.ProviderResource.isInstance(object) && Reflect.get(object, "__pulumiType") === "pulumi:providers:dench"
    );
  }

  constructor(name: string, args: ProviderArgs = {}, options: pulumi.ResourceOptions = {}) {
    const { token } = args;
    const props = { ...args, ...(token === undefined ? {} : { token: pulumi.secret(token) }) };
    super("dench", name, props, pulumi.mergeOptions({ version, pluginDownloadURL }, options));
  }
}
