import type { Key, Workspace } from "../../contract/port";
import { DenchError } from "../errors";
import { ID as PRIMARY_ID } from "../resources/primary-sandbox-key/fields";
import { providerIdIn } from "../resources/request-id";
import { nameInUrn } from "../values/urn";
import { type DeclaredKey, type ExportedStack, keyIdsOf } from "./exported-state";
import { matchesPattern } from "./name-pattern";
import { ResourceNames } from "./resource-names";
import type { WorkspaceContent } from "./workspace-content";

// Which keys of a workspace become resources of a program that does not manage them yet.

export interface AdoptionOptions {
  /** The states whose keys already have an owner. */
  readonly known: readonly ExportedStack[];
  /** Patterns of names, of which a key has to match one. Without a pattern, every name matches. */
  readonly patterns: readonly string[];
  /** Whether to adopt the primary key too, whatever its name is. */
  readonly includesPrimary: boolean;
}

/** A key to adopt, and the resource that it becomes. */
export interface AdoptedKey {
  readonly type: "GatewayKey" | "PrimarySandboxKey";
  readonly name: string;
  /** The ID for `pulumi import`. */
  readonly id: string;
}

/** Why a key is not adopted, as it is shown after a number. A key is counted for the first reason that holds. */
const SKIP_REASONS = {
  unmatched: "not matched by --match",
  inactive: "not active",
  known: "in a state of --known",
  created: "created by this provider",
  primary: "primary sandbox key, which --primary adds",
} as const;
type SkipReason = keyof typeof SKIP_REASONS;

export interface Adoption {
  /** The keys to adopt, oldest first, and the primary key last. */
  readonly adopted: readonly AdoptedKey[];
  /** How many keys are skipped, and why. */
  readonly skipped: ReadonlyMap<string, number>;
}

/**
 * Decides which keys to adopt. The names do not depend on the order of the list, and a new key does not change the names of
 * older ones. Throws `admin_required` if the token cannot import the primary key.
 */
export function planAdoption(content: WorkspaceContent, options: AdoptionOptions): Adoption {
  const { known, patterns, includesPrimary } = options;
  const declared = known.flatMap(({ keys }) => keys);
  const names = new ResourceNames(declared.map(({ urn }) => nameInUrn(urn)));
  const adopted: AdoptedKey[] = [];
  const skipped = new Map<SkipReason, number>();
  const skip = (reason: SkipReason) => skipped.set(reason, (skipped.get(reason) ?? 0) + 1);

  const skipReason = skipReasonBy(declared, patterns);
  for (const key of content.keys.toSorted(byAge)) {
    const reason = skipReason(key);
    if (reason === undefined) adopted.push({ type: "GatewayKey", name: names.next(key.name), id: key.id });
    else skip(reason);
  }
  if (!includesPrimary) skip("primary");
  else if (hasPrimary(declared, content.workspace)) skip("known");
  else adopted.push({ type: "PrimarySandboxKey", name: names.next(importablePrimary(content).name), id: PRIMARY_ID });
  return { adopted, skipped };
}

/** Returns whether one of these resources is the primary key of the workspace. It may have been rotated since. */
function hasPrimary(declared: readonly DeclaredKey[], { id }: Workspace): boolean {
  return declared.some(({ type, workspaceId }) => type === "PrimarySandboxKey" && workspaceId === id);
}

function importablePrimary({ primary, workspace: { caller } }: WorkspaceContent): Key {
  if (!("refused" in primary) && (caller === undefined || caller.role === "admin")) return primary;
  throw new DenchError(
    "admin_required",
    "Could not adopt the primary sandbox key: its import reveals its value, which requires an admin's token. Use such a token, or leave out --primary.",
  );
}

function skipReasonBy(
  declared: readonly DeclaredKey[],
  patterns: readonly string[],
): (key: Key) => SkipReason | undefined {
  const owned = new Set(declared.flatMap(keyIdsOf));
  return ({ id, name, status, requestId }) => {
    if (patterns.length > 0 && !patterns.some((pattern) => matchesPattern(name, pattern))) return "unmatched";
    if (status !== "active") return "inactive";
    if (owned.has(id)) return "known";
    // A stack that was not given may have it. If none has it, an interrupted run left it.
    if (providerIdIn(requestId) !== undefined) return "created";
    return undefined;
  };
}

function byAge(a: Key, b: Key): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}

/** Returns a line for people: how many keys are adopted, and how many are skipped for which reason. */
export function summaryOf({ adopted, skipped }: Adoption): string {
  const count = [...skipped.values()].reduce((sum, each) => sum + each, adopted.length);
  const first = adopted.length === 0 ? "There is no key to import." : `${adopted.length} of ${count} keys to import.`;
  const reasons = Object.entries(SKIP_REASONS).flatMap(([reason, text]) => {
    const skips = skipped.get(reason);
    return skips === undefined ? [] : [`${skips} ${text}`];
  });
  const rest = reasons.length === 0 ? "" : ` Skipped: ${reasons.join("; ")}.`;
  return `${first}${rest}`;
}
