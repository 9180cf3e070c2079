import type { Key } from "../../../contract/port";
import type { ExportedStack } from "../exported-state";

/** How urgent a finding is. `error`: an update changes a key that is in use, or a program has a value that does not work. */
export type Severity = "error" | "warning";

/** The codes of all findings, and how urgent they are. Codes are stable, so that programs can rely on them. */
export const SEVERITIES = {
  /** The current key of a resource is not active. */
  revoked_in_state: "error",
  /** The workspace does not have the current key of a resource. */
  missing_key: "error",
  /** The current key of a resource has another value than in the state. */
  changed_key: "error",
  /** Several resources have the key. */
  two_owners: "error",
  /** No given state has the active key, and no provider created it. */
  unmanaged: "warning",
  /** A provider instance of a given state created the active key, and no given state has it. */
  orphan: "warning",
  /** A provider instance that no given state has created the active key. */
  orphan_of_unknown_stack: "warning",
  /** The previous key of a resource is active after it was due to be revoked. */
  previous_key_overdue: "warning",
  /** A run could not revoke the key. */
  revoke_pending: "warning",
  /** The engine still has to delete the resource. */
  pending_delete: "warning",
  /** The active key was not used for a long time. */
  unused: "warning",
  /** The active key was created a long time ago. */
  old: "warning",
  /** A scope of the active key is similar to a known one. */
  misspelled_scope: "warning",
  /** Two of the files are exports of one stack. */
  exported_twice: "warning",
  /** Keys in the state belong to another workspace. */
  other_workspace: "warning",
} as const satisfies Readonly<Record<string, Severity>>;

export type FindingCode = keyof typeof SEVERITIES;

/** A resource, or a whole stack, that a finding is about. */
export interface Place {
  readonly stack: ExportedStack;
  /** Undefined for a finding about the stack. */
  readonly urn?: string | undefined;
}

/** Something that needs attention. */
export interface Finding {
  readonly code: FindingCode;
  /** The key. Undefined for a finding about stacks. Only its ID is known if the workspace does not have it. */
  readonly key?: Pick<Key, "id"> & Partial<Pick<Key, "name" | "last4">>;
  readonly where: readonly Place[];
  /** What was found, in one sentence. */
  readonly message: string;
  /** What to do next, in one sentence. */
  readonly advice: string;
}
