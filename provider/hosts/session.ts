import { version } from "../../version";
import { Client } from "../client/client";
import { Http, type HttpOptions } from "../client/http";
import { Keys } from "../client/keys";
import { Limit } from "../client/limit";
import { awaitReadiness } from "../client/readiness";
import { type ConfigSource, resolveConfig } from "../config";
import { DenchError } from "../errors";
import type { FunctionContext } from "../functions/handler";
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
  readonly #shared: Omit<Context, "urn" | "log" | "limitSeconds">;

  constructor({ source, env, now, providerId, cancel, trace }: SessionOptions) {
    const config = resolveConfig(source, env);
    const options: HttpOptions = {
      ...config,
      limit: new Limit(config.maxConcurrency),
      signal: cancel,
      userAgent: `pulumi-dench/${version}`,
      ...(env["DENCH_LOG"] === "debug" ? { trace } : {}),
    };
    const client = new Client(config, options);
    const probe = new Http(options);
    this.#shared = {
      client,
      keys: new Keys(client),
      awaitReadiness: (options) => awaitReadiness({ ...options, signal: cancel }, probe),
      driftCheck: config.driftCheck,
      gatewayUrl: config.gatewayUrl,
      importKey: env["DENCH_IMPORT_KEY"] || undefined,
      now,
      providerId,
      run: new Run(),
    };
  }

  /** For functions, and for what is about no resource in particular. */
  get workspace(): FunctionContext {
    return this.#shared;
  }

  /** `limitSeconds` is the resource's own time limit for the operation, where the host tells it. */
  context(urn: string, log: Context["log"], limitSeconds?: number): Context {
    return { ...this.#shared, urn, log, limitSeconds };
  }
}

/** The time of the run. Tests of what takes weeks set it by DENCH_TEST_NOW, and whoever sets it is told so. */
export function timeOfRun(env: Environment, warn: (message: string) => void): number {
  const given = env["DENCH_TEST_NOW"];
  if (given === undefined || given === "") return Date.now();
  const time = Date.parse(given);
  if (Number.isNaN(time)) throw new DenchError("invalid_config", "DENCH_TEST_NOW is no time in RFC 3339. Unset it.");
  warn(`The time is taken to be ${given}, as DENCH_TEST_NOW is set. Unset it for anything but a test.`);
  return time;
}
