import { Client, type ClientOptions } from "../../provider/client/client";
import { Clock } from "../../provider/client/clock";
import { argumentsSource, type DriftCheck, resolveConfig } from "../../provider/config/options";
import type { Context, Severity } from "../../provider/session/context";
import { Keys } from "../../provider/session/keys";
import { Run } from "../../provider/session/run";
import { onceIn } from "../../provider/session/session";
import { Secrets } from "../../provider/values/secrets";

export interface ContextOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly urn?: string;
  readonly providerId?: string;
  readonly driftCheck?: DriftCheck;
  readonly importKey?: string;
  /** Defaults to this machine's time, set by the server's. */
  readonly now?: number;
  readonly run?: Run;
  readonly log?: (severity: Severity, message: string) => void;
}

/** What a client gets from a session. */
export function clientOptions(changes: Partial<ClientOptions> = {}): ClientOptions {
  return {
    signal: new AbortController().signal,
    userAgent: "test",
    clock: new Clock({ start: Date.now(), learns: true, warn: () => {} }),
    secrets: new Secrets(),
    ...changes,
  };
}

/** What a resource gets from a host, in a process of its own unless a run is given. */
export function testContext(options: ContextOptions): Context {
  const { env, urn = "urn:test", providerId, driftCheck = "warn", importKey, now } = options;
  const { run = new Run(), log = () => {} } = options;
  const warn = (message: string) => log("warning", message);
  const clock = new Clock({ start: now ?? Date.now(), learns: now === undefined, warn });
  const secrets = new Secrets();
  const client = new Client(resolveConfig(argumentsSource({}), env), clientOptions({ clock, secrets }));
  return {
    client,
    keys: new Keys({ client, run, clock, driftCheck, warn }),
    awaitReadiness: async () => undefined,
    urn,
    providerId,
    driftCheck,
    gatewayUrl: undefined,
    importKey,
    limitSeconds: undefined,
    clock,
    run,
    secrets,
    isSecretInput: () => false,
    log,
    logOnce: onceIn(run, urn, log),
  };
}
