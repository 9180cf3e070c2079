import { version } from "../../version";
import { Clock, type ClockOptions } from "../client/clock";
import { connect } from "../client/connect";
import { Http } from "../client/http";
import { awaitReadiness } from "../client/readiness";
import { type ConfigSource, resolveConfig } from "../config/options";
import { DenchError } from "../errors";
import { Secrets } from "../values/secrets";
import { BestEffort } from "./best-effort";
import type { Context, FunctionContext } from "./context";
import { Run } from "./run";
import { WorkspaceKeys } from "./workspace-keys";

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SessionOptions {
  /** Where the options stand, before the environment. */
  readonly source: ConfigSource;
  readonly env: Environment;
  /** The time of the run. */
  readonly time: TimeOfRun;
  /** Shows a warning that is about no resource in particular. */
  readonly warn: (message: string) => void;
  /** The id of the provider instance in the state, where the host knows it. */
  readonly providerId: string | undefined;
  /** Ends waits. */
  readonly cancel: AbortSignal;
  /** Told of each request when DENCH_LOG=debug. */
  readonly trace: (line: string) => void;
}

/** What a context has of its own for each call. */
export type Call = Pick<Context, "urn" | "log" | "limitSeconds" | "isSecretInput">;

/** One configured provider in one process. Its resources share the client, the list of keys, and what the run has learnt. */
export class Session {
  readonly #shared: Omit<Context, keyof Call | "logOnce">;

  constructor({ source, env, time, warn, providerId, cancel, trace }: SessionOptions) {
    const config = resolveConfig(source, env);
    const importKey = env["DENCH_IMPORT_KEY"] || undefined;
    const secrets = new Secrets();
    secrets.add(config.token?.value, importKey?.trim());
    const clock = new Clock({ ...time, warn });
    const run = new Run();
    const { timeoutSeconds, maxRetries, maxConcurrency, proxies, driftCheck } = config;
    // One for the API and the data plane, so that maxConcurrency holds for both together.
    const http = new Http({
      timeoutSeconds,
      maxRetries,
      maxConcurrency,
      proxies,
      signal: cancel,
      userAgent: `pulumi-dench/${version}`,
      ...(env["DENCH_LOG"] === "debug" ? { trace } : {}),
    });
    const client = connect(http, config, { clock, secrets, signal: cancel });
    this.#shared = {
      client,
      keys: new WorkspaceKeys({ client, run, clock, driftCheck, warn }),
      bestEffort: new BestEffort(driftCheck),
      awaitReadiness: (options) => awaitReadiness({ ...options, signal: cancel }, http),
      gatewayUrl: config.gatewayUrl,
      importKey,
      clock,
      providerId,
      run,
      secrets,
    };
  }

  /** For functions, and for what is about no resource in particular. */
  get workspace(): FunctionContext {
    return this.#shared;
  }

  context({ urn, log, limitSeconds, isSecretInput }: Call): Context {
    const { run, secrets } = this.#shared;
    const cleaned: Log = (severity, message) => log(severity, secrets.clean(message));
    return {
      ...this.#shared,
      urn,
      log: cleaned,
      logOnce: onceIn(run, urn, cleaned),
      limitSeconds,
      isSecretInput,
    };
  }
}

type Log = Context["log"];

/** Returns a log that shows the same line about a resource once in a run. */
export function onceIn(run: Run, urn: string | undefined, log: Log): Log {
  return (severity, message) => {
    if (run.isNew(`${urn} ${message}`)) log(severity, message);
  };
}

/** When a run began, and whether its clock is set by the server's. */
export type TimeOfRun = Pick<ClockOptions, "start" | "learns">;

/** The time of the run. Tests of what takes weeks set it by DENCH_TEST_NOW, and whoever sets it is warned. */
export function timeOfRun(env: Environment, warn: (message: string) => void): TimeOfRun {
  const given = env["DENCH_TEST_NOW"];
  if (given === undefined || given === "") return { start: Date.now(), learns: true };
  const start = Date.parse(given);
  if (Number.isNaN(start)) throw new DenchError("invalid_config", "DENCH_TEST_NOW is no time in RFC 3339. Unset it.");
  warn(`The time is taken to be ${given}, as DENCH_TEST_NOW is set. Unset it for anything but a test.`);
  return { start, learns: false };
}
