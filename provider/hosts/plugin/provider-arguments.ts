import { isDeepStrictEqual } from "node:util";
import { argumentsSource, type ConfigSource, stackConfigSource, variables } from "../../config/options";
import { DenchError } from "../../errors";
import type { Fields } from "../../session/context";
import type { Environment } from "../../session/session";
import { shown } from "../../values/shown";

/** A provider instance as the engine describes it. */
export interface GivenProvider {
  /** Empty in a Configure request from an older engine or from `pulumi do`. */
  readonly name: string;
  readonly args: Fields;
}

/**
 * Returns the arguments to store in the stack state. The engine passes the current stack config as arguments to its default
 * providers. These arguments are not stored: `destroy` and `refresh` configure a provider from the state, and a stored token
 * may be revoked by then. All other arguments are stored, regardless of the provider's name.
 */
export function argumentsToKeep(provider: GivenProvider, env: Environment): Fields {
  const { version, ...options } = provider.args;
  const isDefault = hasDefaultName(provider) && isDeepStrictEqual(options, stackConfigOf(env));
  return isDefault ? { version } : provider.args;
}

/** Returns the source of a provider's options: its arguments, or the current stack config for a default provider. */
export function configSource(provider: GivenProvider, env: Environment): ConfigSource {
  return isExplicit(provider) ? argumentsSource(provider.args) : stackConfigSource(stackConfigOf(env) ?? {});
}

/** Returns a warning if the stack config sets a workspace that does not apply to this provider, and nothing else sets one. */
export function unguardedWarning(provider: GivenProvider, env: Environment): string | undefined {
  const isGuarded = "workspace" in provider.args || env[variables.workspace];
  if (!isExplicit(provider) || isGuarded || stackConfigOf(env)?.["workspace"] === undefined) return undefined;
  // The Provider of the dynamic entry shows the same text.
  return "This provider accepts a token of any workspace: the stack config dench:workspace does not apply to an explicit provider. Set its argument workspace, or the environment variable DENCH_WORKSPACE.";
}

/** Throws if the engine requests a newer version: the one of the program's SDK. A plugin on PATH may be older. */
export function requireVersion({ version: requested }: Fields, own: string): void {
  if (typeof requested !== "string" || !isNewer(requested, own)) return;
  throw new DenchError(
    "outdated_provider",
    `Could not configure the provider: the program's SDK has version ${shown(requested)}, but the plugin has ${own}. Run \`pulumi plugin install resource dench\` with the version of the SDK, and remove an older pulumi-resource-dench from PATH and from \`plugins\` in Pulumi.yaml.`,
  );
}

/** Compares the numbers of two versions, and ignores what follows them, such as `-beta.1`. */
function isNewer(version: string, other: string): boolean {
  const [numbers = "", others = ""] = [version, other].map((each) => each.split(/[-+]/, 1)[0]);
  return numbers.localeCompare(others, "en", { numeric: true }) > 0;
}

function isExplicit(provider: GivenProvider): boolean {
  const { version: _plugin, ...options } = provider.args;
  return Object.keys(options).length > 0 || !hasDefaultName(provider);
}

/** Returns true if the engine may have chosen the name for a default provider. A program may choose such a name, too. */
function hasDefaultName({ name }: GivenProvider): boolean {
  return name === "" || /^default(_|$)/.test(name);
}

/** Returns the current stack config. Undefined in an attached plugin, because the engine did not start its process. */
function stackConfigOf(env: Environment): Fields | undefined {
  const text = env["PULUMI_CONFIG"];
  if (text === undefined || text === "") return undefined;
  const config: unknown = JSON.parse(text);
  return typeof config === "object" && config !== null ? { ...config } : undefined;
}
