import type { GatewayKeysApi } from "../../contract/port";
import { Client } from "../../provider/client/client";
import { Clock } from "../../provider/client/clock";
import { connect } from "../../provider/client/connect";
import { Http } from "../../provider/client/http";
import type { TriedKey } from "../../provider/client/try-key";
import { argumentsSource, type Config, type DriftCheck, resolveConfig } from "../../provider/config/options";
import { BestEffort } from "../../provider/session/best-effort";
import type { Context, Severity } from "../../provider/session/context";
import { ImportValues } from "../../provider/session/import-values";
import { Run } from "../../provider/session/run";
import { onceIn } from "../../provider/session/session";
import { WorkspaceKeys } from "../../provider/session/workspace-keys";
import { Secrets } from "../../provider/values/secrets";

export interface ContextOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly urn?: string;
  readonly providerId?: string;
  readonly driftCheck?: DriftCheck;
  /** Sends a key value to the data plane. By default, no data plane is configured. */
  readonly tryKey?: (value: string) => Promise<TriedKey>;
  /** The clock. Defaults to this machine's time, corrected by the server's. */
  readonly now?: number;
  readonly run?: Run;
  readonly log?: (severity: Severity, message: string) => void;
  /** Replaces the API that `env` configures. */
  readonly api?: GatewayKeysApi;
}

export interface ClientParts {
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly secrets?: Secrets;
  readonly trace?: (line: string) => void;
}

/** Returns the network client for a configuration. */
export function testClient(config: Config, parts: ClientParts = {}): Client {
  const { signal = new AbortController().signal, secrets = new Secrets(), trace } = parts;
  const { clock = new Clock({ start: Date.now(), learns: true, warn: () => {} }) } = parts;
  const { timeoutSeconds, maxRetries, maxConcurrency, proxies } = config;
  const http = new Http({
    timeoutSeconds,
    maxRetries,
    maxConcurrency,
    proxies,
    signal,
    userAgent: "pulumi-dench/test",
    ...(trace ? { trace } : {}),
  });
  return connect(http, config, { clock, secrets, signal });
}

/** Returns the context that a host passes to a resource. Defaults to a new run. */
export function testContext(options: ContextOptions): Context {
  const { env, urn = "urn:test", providerId, driftCheck = "warn", tryKey, now } = options;
  const { run = new Run(), log = () => {} } = options;
  const warn = (message: string) => log("warning", message);
  const clock = new Clock({ start: now ?? Date.now(), learns: now === undefined, warn });
  const secrets = new Secrets();
  const config = resolveConfig(argumentsSource({}), env);
  const signal = new AbortController().signal;
  const client = options.api
    ? new Client(options.api, { token: config.token, workspace: config.workspace, secrets, signal })
    : testClient(config, { clock, secrets });
  return {
    client,
    keys: new WorkspaceKeys({ client, run, clock, driftCheck, providerId, warn }),
    bestEffort: new BestEffort(driftCheck),
    awaitReadiness: async () => undefined,
    urn,
    providerId,
    gatewayUrl: undefined,
    importValues: new ImportValues({ env, secrets, tryKey }),
    limitSeconds: undefined,
    clock,
    run,
    secrets,
    isSecretInput: () => false,
    log,
    logOnce: onceIn(run, urn, log),
  };
}
