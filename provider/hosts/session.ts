import { version } from "../../version";
import { Client } from "../client/client";
import { Keys } from "../client/keys";
import { type ConfigSource, resolveConfig } from "../config";
import type { Context } from "../resources/handler";
import { Run } from "../run";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SessionOptions {
  /** Where the options stand, before the environment. */
  readonly source: ConfigSource;
  readonly env: Environment;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The id of the provider instance in the state, where the host knows it. */
  readonly providerId: string | undefined;
  /** Ends waits. */
  readonly cancel: AbortSignal;
  /** Told of each request when DENCH_LOG=debug. */
  readonly trace: (line: string) => void;
}

/** One configured provider in one process. Its resources share the client, the list of keys, and what the run has learnt. */
export class Session {
  readonly #shared: Omit<Context, "urn" | "log">;

  constructor({ source, env, now, providerId, cancel, trace }: SessionOptions) {
    const config = resolveConfig(source, env);
    const client = new Client(config, {
      signal: cancel,
      userAgent: `pulumi-dench/${version}`,
      ...(env["DENCH_LOG"] === "debug" ? { trace } : {}),
    });
    const { driftCheck } = config;
    this.#shared = { client, keys: new Keys(client), driftCheck, now, providerId, run: new Run() };
  }

  context(urn: string, log: Context["log"]): Context {
    return { ...this.#shared, urn, log };
  }
}
