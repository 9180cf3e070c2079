import * as pulumi from "@pulumi/pulumi";
import { type ProviderArgs, withSecrets } from "../provider-args";

/**
 * An explicit provider for the dynamic classes: for a second workspace in one program, or settings that differ from the
 * stack's. Changing its arguments touches no key.
 */
export class Provider extends pulumi.ProviderResource {
  readonly #args: ProviderArgs;

  /** Of a provider of this class. The functions need them, and the engine does not give them back. */
  static argsOf(provider: pulumi.ProviderResource): ProviderArgs | undefined {
    return #args in provider ? provider.#args : undefined;
  }

  constructor(name: string, args: ProviderArgs = {}, options: pulumi.ResourceOptions = {}) {
    const given = Object.entries(withSecrets(args)).filter(([, value]) => value !== undefined);
    const props = given.map(([option, value]) => [`dench:${option}`, value]);
    super("pulumi-nodejs", name, Object.fromEntries(props), options);
    this.#args = args;
  }
}
