// Written by `npm run generate` from the package schema.

import type * as pulumi from "@pulumi/pulumi";
import { secret } from "./registration";

/** The arguments of a `Provider`. */
export interface ProviderArgs {
  /**
   * The token for the management API: a member's, the primary sandbox key, or another gateway key where the API accepts
   * it. Secret; given as an argument, it is kept in the stack's state. Default: the environment variable
   * `DENCH_API_KEY`, which never enters the state. Changing it touches no key.
   */
  token?: pulumi.Input<string> | undefined;
  /**
   * Address of the management API; https, or http on this machine. Default: `DENCH_BASE_URL`, else
   * https://www.dench.com/api/v1. Changing it touches no key.
   */
  baseUrl?: pulumi.Input<string> | undefined;
  /**
   * Address of the data plane, with or without `/v1`; https, or http on this machine. Needed by `waitUntilReady`: a new
   * key is not tried on a guessed host. Default: `DENCH_GATEWAY_URL`, else none. Changing it touches no key.
   */
  gatewayUrl?: pulumi.Input<string> | undefined;
  /**
   * Slug of the workspace that the token has to belong to. With another one's token the run fails before it changes
   * anything. Default: `DENCH_WORKSPACE`, else any workspace. Changing it touches no key.
   */
  workspace?: pulumi.Input<string> | undefined;
  /**
   * How often a request that failed is repeated where that is safe, 0 to 20. Default: `DENCH_MAX_RETRIES`, else 4.
   * Changing it touches no key.
   */
  maxRetries?: pulumi.Input<number> | undefined;
  /**
   * Time limit in seconds for each part of an attempt (to connect, to the answer's start, to its end), 1 to 600.
   * Default: `DENCH_TIMEOUT_SECONDS`, else 30. Changing it touches no key.
   */
  timeoutSeconds?: pulumi.Input<number> | undefined;
  /** Requests under way at once, 1 to 256. Default: `DENCH_MAX_CONCURRENCY`, else 16. Changing it touches no key. */
  maxConcurrency?: pulumi.Input<number> | undefined;
  /**
   * How a plan checks the workspace for keys that were revoked elsewhere. With `warn`, a server that cannot be read or
   * does not respond within ten seconds costs a warning, and the plan is made from the state. With `required`, that
   * fails the run, and keys that an interrupted run left behind are looked for too. With `off`, nothing is read.
   * Default: `DENCH_DRIFT_CHECK`, else warn. Changing it touches no key.
   */
  driftCheck?: pulumi.Input<string> | undefined;
}

/** Marks the secret arguments as secrets. */
export function withSecrets(args: ProviderArgs): ProviderArgs {
  return { ...args, token: secret(args.token) };
}
