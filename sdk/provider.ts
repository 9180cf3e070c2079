// Written by `npm run generate` from the package schema.

import * as pulumi from "@pulumi/pulumi";
import { pluginDownloadURL, version } from "../version";
import { type ProviderArgs, withSecrets } from "./provider-args";

/**
 * An explicit provider: for a second workspace in one program, or settings that differ from the stack's. The stack's
 * config does not apply to it. Changing its arguments touches no key.
 */
export class Provider extends pulumi.ProviderResource {
  /** Returns true if the given object is a `Provider`, even if it comes from another copy of this package. */
  static override isInstance(object: unknown): object is Provider {
    return (
      pulumi.ProviderResource.isInstance(object) && Reflect.get(object, "__pulumiType") === "pulumi:providers:dench"
    );
  }

  constructor(name: string, args: ProviderArgs = {}, options: pulumi.ResourceOptions = {}) {
    super("dench", name, { ...withSecrets(args) }, pulumi.mergeOptions({ version, pluginDownloadURL }, options));
  }
}
