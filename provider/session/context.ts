import type { Client } from "../client/client";
import type { Clock } from "../client/clock";
import type { ReadinessOptions } from "../client/readiness";
import type { Secrets } from "../values/secrets";
import type { BestEffort } from "./best-effort";
import type { Run } from "./run";
import type { WorkspaceKeys } from "./workspace-keys";

/** Plain values by property name, as hosts hand them over: no secret wrappers, UNKNOWN for what is not known yet. */
export type Fields = Readonly<Record<string, unknown>>;

export type Severity = "info" | "warning";

/** What a resource may use beside its own values. */
export interface Context {
  readonly client: Pick<Client, keyof Client>;
  readonly keys: Pick<WorkspaceKeys, keyof WorkspaceKeys>;
  /** Reads for plans. */
  readonly bestEffort: Pick<BestEffort, keyof BestEffort>;
  /** Undefined where the host does not know it. */
  readonly urn: string | undefined;
  /** The id of the provider instance in the state. Undefined where the host does not know it, or not yet. */
  readonly providerId: string | undefined;
  /** Address of the data plane, where one is configured. */
  readonly gatewayUrl: string | undefined;
  /** DENCH_IMPORT_KEY: the value of a key that is imported. */
  readonly importKey: string | undefined;
  /** Of the resource's customTimeouts, for this operation. */
  readonly limitSeconds: number | undefined;
  readonly clock: Pick<Clock, "now" | "current">;
  readonly run: Run;
  readonly secrets: Secrets;
  /** Undefined once the data plane takes the value; else why it does not, in words. */
  awaitReadiness(options: Pick<ReadinessOptions, "gatewayUrl" | "key" | "limitSeconds">): Promise<string | undefined>;
  /** Whether any part of a top-level input of this call is a secret. True where the host does not know it. */
  isSecretInput(name: string): boolean;
  /** Shows a line at the resource, in previews too. */
  log(severity: Severity, message: string): void;
  /** Like `log`, but shows the same line once in a run. */
  logOnce(severity: Severity, message: string): void;
}

/** What a function may use beside its arguments. */
export type FunctionContext = Pick<Context, "client" | "clock">;
