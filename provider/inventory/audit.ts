import type { Key } from "../../contract/port";
import type { ExportedStack } from "./exported-state";

export interface AuditInput {
  /** The keys of every status, newest first, without the primary one. */
  readonly keys: readonly Key[];
  readonly stacks: readonly ExportedStack[];
}

/** A key that needs attention. */
export interface Finding {
  /** Stable, so that programs can rely on it. */
  readonly code: "unmanaged";
  readonly key: Key;
}

/** Compares a workspace with stack states. */
export function audit({ keys, stacks }: AuditInput): Finding[] {
  const declared = new Set(
    stacks.flatMap(({ keys }) =>
      keys.flatMap(({ keyId, previousKeyId, revokePending }) => [
        keyId,
        ...(previousKeyId === undefined ? [] : [previousKeyId]),
        ...revokePending,
      ]),
    ),
  );
  return keys
    .filter(({ id, status }) => status === "active" && !declared.has(id))
    .map((key) => ({ code: "unmanaged", key }));
}
