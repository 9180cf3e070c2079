import { version } from "../../version";
import { Clock, type ClockOptions } from "../client/clock";
import { connect } from "../client/connect";
import { Http } from "../client/http";
import { awaitReadiness } from "../client/readiness";
import { tryKey } from "../client/try-key";
import { type ConfigSource, resolveConfig } from "../config/options";
import { DenchError } from "../errors";
import { Secrets } from "../values/secrets";
import { BestEffort } from "./best-effort";
import type { Context, FunctionContext } from "./context";
import { ImportValues } from "./import-values";
import { Run } from "./run";
import { WorkspaceKeys } from "./workspace-keys";

/** Without a response in this time, an imported key value is not checked. */
const TRY_LIMIT_SECONDS = 10;

export type Environment = Readonly<Record<string, string | undefined>>;

export interface SessionOptions {
  /** The source of the options. It takes precedence over the environment. */
  readonly source: ConfigSource;
  readonly env: Environment;
  /** The time of the run. */
  readonly time: TimeOfRun;
  /** Shows a warning that is not about a particular resource. */
  readonly warn: (message: string) => void;
  /** The ID of the provider instance in the stack state, if the host knows it. */
  readonly providerId: string | undefined;
  /** Cancels waits. */
  readonly cancel: AbortSignal;
  /** Receives a line for each request if `DENCH_LOG` is `debug`. */
  readonly trace: (line: string) => void;
}

/** The parts of a context that differ for each call. */
export type Call = Pick<Context, "urn" | "log" | "limitSeconds" | "isSecretInput">;

/** A configured provider in a process. Its resources share the client, the keys and the facts of the run. */
export class Session {
  readonly #shared: Omit<Context, keyof Call | "logOnce">;

  constructor({ source, env, time, warn, providerId, cancel, trace }: SessionOptions) {
    const config = resolveConfig(source, env);
    const secrets = new Secrets();
    secrets.add(config.token?.value);
    const clock = new Clock({ ...time, warn });
    const run = new Run();
    const { timeoutSeconds, maxRetries, maxConcurrency, proxies, driftCheck, gatewayUrl } = config;
    // The API and the data plane share it, so that maxConcurrency limits both together.
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
      keys: new WorkspaceKeys({ client, run, clock, driftCheck, providerId, warn }),
      bestEffort: new BestEffort(driftCheck),
      awaitReadiness: (options) => awaitReadiness({ ...options, signal: cancel }, http),
      gatewayUrl,
      importValues: new ImportValues({
        env,
        secrets,
        tryKey:
          gatewayUrl === undefined
            ? undefined
            : (value) => tryKey(http, { gatewayUrl, value, limitSeconds: TRY_LIMIT_SECONDS }),
      }),
      clock,
      providerId,
      run,
      secrets,
    };
  }

  /** The context of functions, and of calls that are not about a particular resource. */
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

/** Returns a log that shows the same message about a resource only once per run. */
export function onceIn(run: Run, urn: string | undefined, log: Log): Log {
  return (severity, message) => {
    if (run.isNew(`${urn} ${message}`)) log(severity, message);
  };
}

/** The start of a run, and whether to use the server's time. */
export type TimeOfRun = Pick<ClockOptions, "start" | "learns">;

/** Returns the time of the run. Tests set it with `DENCH_TEST_NOW`, which shows a warning. */
export function timeOfRun(env: Environment, warn: (message: string) => void): TimeOfRun {
  const given = env["DENCH_TEST_NOW"];
  if (given === undefined || given === "") return { start: Date.now(), learns: true };
  const start = Date.parse(given);
  if (Number.isNaN(start))
    throw new DenchError("invalid_config", "DENCH_TEST_NOW is not a time in RFC 3339 format. Unset it.");
  warn(`DENCH_TEST_NOW sets the time to ${given}. Unset it, except for a test.`);
  return { start, learns: false };
}
