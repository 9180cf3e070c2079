import * as pulumi from "@pulumi/pulumi";
import { type ProviderArgs, withSecrets } from "../provider-args";

/**
 * An explicit provider for the dynamic classes: for a second workspace in one program, or settings that differ from the
 * stack's. The stack's config does not apply to it. Changing its arguments touches no key.
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
    if (isUnguarded(args)) void pulumi.log.warn(UNGUARDED, this);
  }
}

/** The plugin warns in the same words. */
const UNGUARDED =
  "This provider accepts a token of any workspace: the stack config dench:workspace does not apply to an explicit provider. Set its argument workspace, or the environment variable DENCH_WORKSPACE.";

/** Asked here, since Pulumi's host gets an explicit provider's arguments without the stack's config. */
function isUnguarded({ workspace }: ProviderArgs): boolean {
  const isGuarded = workspace !== undefined || process.env["DENCH_WORKSPACE"];
  return !isGuarded && pulumi.runtime.getConfig("dench:workspace") !== undefined;
}
