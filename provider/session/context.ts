import type { Client } from "../client/client";
import type { Clock } from "../client/clock";
import type { ReadinessOptions } from "../client/readiness";
import type { Secrets } from "../values/secrets";
import type { BestEffort } from "./best-effort";
import type { ImportValues } from "./import-values";
import type { Run } from "./run";
import type { WorkspaceKeys } from "./workspace-keys";

/** Plain values by property name, without secret wrappers. A value that is not known yet is `UNKNOWN`. */
export type Fields = Readonly<Record<string, unknown>>;

export type Severity = "info" | "warning";

/** The services that a resource uses in a call. */
export interface Context {
  readonly client: Pick<Client, keyof Client>;
  readonly keys: Pick<WorkspaceKeys, keyof WorkspaceKeys>;
  /** Reads for plans. */
  readonly bestEffort: Pick<BestEffort, keyof BestEffort>;
  /** Undefined if the host does not know it. */
  readonly urn: string | undefined;
  /** The ID of the provider instance in the stack state. Undefined if the host does not know it, or does not know it yet. */
  readonly providerId: string | undefined;
  /** The address of the data plane, if one is configured. */
  readonly gatewayUrl: string | undefined;
  /** The key values that the user passes for imports. */
  readonly importValues: Pick<ImportValues, keyof ImportValues>;
  /** The resource's `customTimeouts` value for this operation. */
  readonly limitSeconds: number | undefined;
  readonly clock: Pick<Clock, "now" | "current">;
  readonly run: Run;
  readonly secrets: Secrets;
  /** Waits until the data plane accepts the key value, and returns undefined. Returns the reason if it does not. */
  awaitReadiness(options: Pick<ReadinessOptions, "gatewayUrl" | "key" | "limitSeconds">): Promise<string | undefined>;
  /** Whether any part of a top-level input of this call is a secret. True if the host does not know it. */
  isSecretInput(name: string): boolean;
  /** Shows a message at the resource. Also works in previews. */
  log(severity: Severity, message: string): void;
  /** Shows a message like `log`, but only once per run. */
  logOnce(severity: Severity, message: string): void;
}

/** The services that a function uses in a call. */
export type FunctionContext = Pick<Context, "client" | "clock">;
