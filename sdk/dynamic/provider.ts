import * as pulumi from "@pulumi/pulumi";
import { type ProviderArgs, withSecrets } from "../provider-args";

/**
 * An explicit provider for the dynamic classes, for a second workspace in one program or for settings that differ from the
 * stack config. The stack config does not apply to it. Changing its arguments does not affect existing keys.
 */
export class Provider extends pulumi.ProviderResource {
  readonly #args: ProviderArgs;

  /** Returns the arguments of a provider of this class, which functions need and cannot read from the engine. */
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

/** The plugin shows the same text. */
const UNGUARDED =
  "This provider accepts a token of any workspace: the stack config dench:workspace does not apply to an explicit provider. Set its argument workspace, or the environment variable DENCH_WORKSPACE.";

/** Checked here, because Pulumi's host receives the arguments of an explicit provider, but not the stack config. */
function isUnguarded({ workspace }: ProviderArgs): boolean {
  const isGuarded = workspace !== undefined || process.env["DENCH_WORKSPACE"];
  return !isGuarded && pulumi.runtime.getConfig("dench:workspace") !== undefined;
}
