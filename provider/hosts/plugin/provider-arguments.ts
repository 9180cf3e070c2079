import { isDeepStrictEqual } from "node:util";
import { argumentsSource, type ConfigSource, stackConfigSource, variables } from "../../config/options";
import type { Fields } from "../../session/context";
import type { Environment } from "../../session/session";

/** A provider as the engine describes it. */
export interface GivenProvider {
  /** Empty in a Configure request of an older engine or of `pulumi do`. */
  readonly name: string;
  readonly args: Fields;
}

/**
 * Returns the arguments for the state to keep. The engine gives its own providers today's stack config as arguments. These are
 * left out, since `destroy` and `refresh` configure a provider from the state, and a token there may be long revoked. Any other
 * arguments stay, whatever the provider is called.
 */
export function argumentsToKeep(provider: GivenProvider, env: Environment): Fields {
  const { version, ...options } = provider.args;
  const isOfEngine = hasDefaultName(provider) && isDeepStrictEqual(options, stackConfigOf(env));
  return isOfEngine ? { version } : provider.args;
}

/** Returns where a provider's options are: in its arguments, or, for the engine's own provider, in today's stack config. */
export function configSource(provider: GivenProvider, env: Environment): ConfigSource {
  return isExplicit(provider) ? argumentsSource(provider.args) : stackConfigSource(stackConfigOf(env) ?? {});
}

/** Warns of a workspace in the stack's config that this provider does not check, and that nothing else makes it check. */
export function unguardedWarning(provider: GivenProvider, env: Environment): string | undefined {
  const isGuarded = "workspace" in provider.args || env[variables.workspace];
  if (!isExplicit(provider) || isGuarded || stackConfigOf(env)?.["workspace"] === undefined) return undefined;
  // The dynamic entry's Provider says the same.
  return "This provider accepts a token of any workspace: the stack config dench:workspace does not apply to an explicit provider. Set its argument workspace, or the environment variable DENCH_WORKSPACE.";
}

function isExplicit(provider: GivenProvider): boolean {
  const { version: _plugin, ...options } = provider.args;
  return Object.keys(options).length > 0 || !hasDefaultName(provider);
}

/** Whether the name is of the form that the engine gives to its own providers. A program may choose such a name too. */
function hasDefaultName({ name }: GivenProvider): boolean {
  return name === "" || /^default(_|$)/.test(name);
}

/** Today's stack config. Undefined in a plugin that was attached: the engine did not start it, so it could not pass it on. */
function stackConfigOf(env: Environment): Fields | undefined {
  const text = env["PULUMI_CONFIG"];
  if (text === undefined || text === "") return undefined;
  const config: unknown = JSON.parse(text);
  return typeof config === "object" && config !== null ? { ...config } : undefined;
}
