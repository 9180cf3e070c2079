import type { Workspace } from "../../contract/port";
import { version } from "../../version";
import type { Client } from "../client/client";
import { Clock } from "../client/clock";
import { connect } from "../client/connect";
import { Http, NoResponseError } from "../client/http";
import { argumentsSource, resolveConfig } from "../config/options";
import { DenchError, hasCode } from "../errors";
import { Secrets } from "../values/secrets";

export interface WorkspaceOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Shows a warning. */
  readonly warn: (message: string) => void;
  /** Cancels lists and waits. */
  readonly signal: AbortSignal;
}

/** The workspace that the environment variables name, for commands that no engine runs. */
export interface InventoriedWorkspace {
  readonly client: Client;
  readonly clock: Clock;
  /** The secrets that this process has seen, to remove them from what it prints. */
  readonly secrets: Secrets;
  /** Sends a key value to the data plane. Undefined if no `DENCH_GATEWAY_URL` is set. */
  readonly tryKey: ((value: string) => Promise<TriedKey>) | undefined;
  /** Queries the management API with a value as its token. It reveals the value's workspace and key, and changes nothing. */
  readonly identify: (value: string) => Promise<Identity>;
}

/** Whether the data plane accepts a key value, or why that is not known. */
export type TriedKey = "accepted" | "rejected" | { readonly unknownBecause: string };

/** The workspace and the caller of a value that the management API accepts as a token, or why they are not known. */
export type Identity = Workspace | "rejected" | { readonly unknownBecause: string };

/** Connects to a workspace. Sends no request yet. Throws `invalid_config` if an environment variable is invalid. */
export function openWorkspace({ env, warn, signal }: WorkspaceOptions): InventoriedWorkspace {
  const config = resolveConfig(argumentsSource({}), env);
  const { timeoutSeconds, maxRetries, maxConcurrency, proxies, gatewayUrl } = config;
  const secrets = new Secrets();
  secrets.add(config.token?.value);
  const clock = new Clock({ start: Date.now(), learns: true, warn });
  const userAgent = `pulumi-dench/${version}`;
  const http = new Http({ timeoutSeconds, maxRetries, maxConcurrency, proxies, signal, userAgent });
  return {
    client: connect(http, config, { clock, secrets, signal }),
    clock,
    secrets,
    tryKey: gatewayUrl === undefined ? undefined : (value) => tryKey(http, gatewayUrl, value),
    identify(value) {
      const token = { value, source: "stdin" };
      return identify(connect(http, { ...config, token }, { clock, secrets, signal }));
    },
  };
}

async function tryKey(http: Http, gatewayUrl: string, value: string): Promise<TriedKey> {
  const url = new URL(`${gatewayUrl}/v1/models`);
  try {
    const { status } = await http.send({ method: "GET", url, token: value, repeatable: true });
    // 403 means that the key is valid, but may not list the models.
    if ((status >= 200 && status < 300) || status === 403) return "accepted";
    if (status === 401) return "rejected";
    return { unknownBecause: `GET ${url.pathname} on ${url.host} responded with ${status}` };
  } catch (error) {
    if (!(error instanceof NoResponseError)) throw error;
    return { unknownBecause: `GET ${url.pathname} on ${url.host}: ${error.message}` };
  }
}

async function identify(client: Client): Promise<Identity> {
  try {
    return await client.workspaceNow();
  } catch (error) {
    if (hasCode(error, "unauthorized") || hasCode(error, "forbidden")) return "rejected";
    if (error instanceof DenchError) return { unknownBecause: error.message };
    throw error;
  }
}
