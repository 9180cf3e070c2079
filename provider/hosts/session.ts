import { version } from "../../version";
import { Client } from "../client/client";
import { resolveConfig } from "../config";
import type { Fields } from "../resources/handler";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SessionOptions {
  /** What Configure was given. */
  readonly args: Fields;
  /** Whether it is the provider that the engine makes by itself, from the stack's config. */
  readonly isDefault: boolean;
  readonly env: Environment;
  readonly cancel: AbortSignal;
  readonly trace: (line: string) => void;
}

/**
 * The client for a provider instance. `destroy` and `refresh` configure a provider from the state, where the token may be
 * one of long ago. So the default provider takes today's stack config, which stands in PULUMI_CONFIG, and never the token
 * that Configure gives.
 */
export function openClient({ args, isDefault, env, cancel, trace }: SessionOptions): Client {
  const { token: _ofTheState, ...stateConfig } = args;
  const stackConfig = stackConfigOf(env);
  const sources = isDefault ? { stackConfig: stackConfig ?? stateConfig, env } : { args, env };
  return new Client(resolveConfig(sources), {
    signal: cancel,
    userAgent: `pulumi-dench/${version}`,
    ...(env["DENCH_LOG"] === "debug" ? { trace } : {}),
  });
}

function stackConfigOf(env: Environment): Fields | undefined {
  const text = env["PULUMI_CONFIG"];
  if (text === undefined || text === "") return undefined;
  const config: unknown = JSON.parse(text);
  return typeof config === "object" && config !== null ? { ...config } : undefined;
}
