// Written by `npm run generate` from the package schema.

import type * as pulumi from "@pulumi/pulumi";
import { secret } from "./registration";

/** The arguments of a `Provider`. */
export interface ProviderArgs {
  /**
   * Token for the management API: a member's token, the primary sandbox key, or another gateway key that the API
   * accepts. Secret. If it is set as an argument, it is stored encrypted in the stack state. Defaults to the
   * environment variable `DENCH_API_KEY`, which is never stored. Changing this does not affect existing keys.
   */
  token?: pulumi.Input<string> | undefined;
  /**
   * Address of the management API. Must be `https`, or `http` on this machine. Defaults to the environment variable
   * `DENCH_BASE_URL`, or `https://www.dench.com/api/v1` if that is not set. Changing this does not affect existing
   * keys.
   */
  baseUrl?: pulumi.Input<string> | undefined;
  /**
   * Address of the data plane, with or without `/v1`. Must be `https`, or `http` on this machine. Required by
   * `waitUntilReady`, because the provider never sends a new key to a guessed host. Defaults to the environment
   * variable `DENCH_GATEWAY_URL`. Changing this does not affect existing keys.
   */
  gatewayUrl?: pulumi.Input<string> | undefined;
  /**
   * Expected workspace slug. If the token belongs to another workspace, the run fails before making changes. Defaults
   * to the environment variable `DENCH_WORKSPACE`, or any workspace if that is not set. Changing this does not affect
   * existing keys.
   */
  workspace?: pulumi.Input<string> | undefined;
  /**
   * Maximum number of retries for requests that are safe to retry. Must be 0–20. Defaults to the environment variable
   * `DENCH_MAX_RETRIES`, or `4` if that is not set. Changing this does not affect existing keys.
   */
  maxRetries?: pulumi.Input<number> | undefined;
  /**
   * Timeout in seconds for each phase of an attempt: connecting, waiting for the response, and receiving it. Must be
   * 1–600. Defaults to the environment variable `DENCH_TIMEOUT_SECONDS`, or `30` if that is not set. Changing this does
   * not affect existing keys.
   */
  timeoutSeconds?: pulumi.Input<number> | undefined;
  /**
   * Maximum number of concurrent requests. Must be 1–256. Defaults to the environment variable `DENCH_MAX_CONCURRENCY`,
   * or `16` if that is not set. Changing this does not affect existing keys.
   */
  maxConcurrency?: pulumi.Input<number> | undefined;
  /**
   * How the provider checks, while planning, for keys that were revoked outside of Pulumi. `warn`: if the workspace
   * cannot be read or does not respond within ten seconds, the provider shows a warning and plans from the stack state.
   * `required`: the run fails instead, and the provider also looks for keys that an interrupted run left behind. `off`:
   * the provider reads nothing. Defaults to the environment variable `DENCH_DRIFT_CHECK`, or `warn` if that is not set.
   * Changing this does not affect existing keys.
   */
  driftCheck?: pulumi.Input<string> | undefined;
}

/** Marks the secret arguments as secrets. */
export function withSecrets(args: ProviderArgs): ProviderArgs {
  return { ...args, token: secret(args.token) };
}
