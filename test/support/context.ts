import { Client } from "../../provider/client/client";
import { Keys } from "../../provider/client/keys";
import { argumentsSource, resolveConfig } from "../../provider/config";
import type { Context, Severity } from "../../provider/resources/handler";
import { Run } from "../../provider/run";

export interface ContextOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly urn?: string;
  readonly providerId?: string;
  readonly driftCheck?: boolean;
  readonly importKey?: string;
  readonly now?: number;
  readonly run?: Run;
  readonly log?: (severity: Severity, message: string) => void;
}

/** What a resource gets from a host, in a process of its own unless a run is given. */
export function testContext(options: ContextOptions): Context {
  const {
    env,
    urn = "urn:test",
    providerId,
    driftCheck = true,
    importKey,
    now = Date.now(),
    run = new Run(),
    log = () => {},
  } = options;
  const client = new Client(resolveConfig(argumentsSource({}), env), {
    signal: new AbortController().signal,
    userAgent: "test",
  });
  return {
    client,
    keys: new Keys(client),
    awaitReadiness: async () => undefined,
    urn,
    providerId,
    driftCheck,
    gatewayUrl: undefined,
    importKey,
    limitSeconds: undefined,
    now,
    run,
    log,
  };
}
