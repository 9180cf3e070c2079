import type { Workspace } from "../../contract/port";
import { version } from "../../version";
import type { Client } from "../client/client";
import { Clock } from "../client/clock";
import { connect } from "../client/connect";
import { Http } from "../client/http";
import { type TriedKey, tryKey } from "../client/try-key";
import { argumentsSource, resolveConfig, variables } from "../config/options";
import { DenchError, hasCode } from "../errors";
import { Secrets } from "../values/secrets";

export interface WorkspaceOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Shows a warning. */
  readonly warn: (message: string) => void;
  /** Cancels waits, and requests that read. A request that changes something completes. */
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

/** The workspace and the caller of a value that the management API accepts as a token, or why they are not known. */
export type Identity = Workspace | "rejected" | { readonly unknownBecause: string };

/**
 * Connects to a workspace. Sends no request yet. Throws `no_token` if there is no token, and `invalid_config` if an environment
 * variable is invalid.
 */
export function openWorkspace({ env, warn, signal }: WorkspaceOptions): InventoriedWorkspace {
  const config = resolveConfig(argumentsSource({}), env);
  if (config.token === undefined) {
    throw new DenchError(
      "no_token",
      `Could not connect to the workspace: no token is set. Set the environment variable ${variables.token}, and run again.`,
    );
  }
  const { timeoutSeconds, maxRetries, maxConcurrency, proxies, gatewayUrl } = config;
  const secrets = new Secrets();
  secrets.add(config.token?.value);
  const clock = new Clock({ start: Date.now(), learns: true, warn });
  const userAgent = `pulumi-dench/${version}`;
  const http = cancelable(new Http({ timeoutSeconds, maxRetries, maxConcurrency, proxies, signal, userAgent }), signal);
  return {
    client: connect(http, config, { clock, secrets, signal }),
    clock,
    secrets,
    tryKey: gatewayUrl === undefined ? undefined : (value) => tryKey(http, { gatewayUrl, value }),
    identify(value) {
      const token = { value, source: "stdin" };
      return identify(connect(http, { ...config, token }, { clock, secrets, signal }));
    },
  };
}

/** Aborts the requests that read when the signal aborts. They then fail with `canceled`. */
function cancelable(http: Http, signal: AbortSignal): Pick<Http, "send"> {
  return {
    send: (request) => {
      if (request.method !== "GET") return http.send(request);
      const { signal: own = signal } = request;
      return http.send({ ...request, signal: AbortSignal.any([own, signal]) }).catch((error: unknown) => {
        throw signal.aborted ? new DenchError("canceled", "Stopped: the command was canceled.") : error;
      });
    },
  };
}

async function identify(client: Client): Promise<Identity> {
  try {
    return await client.workspaceNow();
  } catch (error) {
    if (hasCode(error, "unauthorized") || hasCode(error, "forbidden")) return "rejected";
    if (error instanceof DenchError && error.code !== "canceled") return { unknownBecause: error.message };
    throw error;
  }
}
