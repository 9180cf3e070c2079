import type { Key, Workspace } from "../../../contract/port";
import type { ExportedStack } from "../exported-state";
import { type Holder, holdersByKey } from "../holders";
import type { WorkspaceContent } from "../workspace-content";
import { ownersFinding, resourceFindings } from "./declared-findings";
import { type Finding, type FindingCode, SEVERITIES } from "./finding";
import { type Ages, activeKeyFindings, unmanagedFinding } from "./key-findings";
import { Origins } from "./orphans";
import { comparableStacks } from "./stacks";
import { type WorkspaceUsage, workspaceUsage } from "./usage";

export interface AuditInput extends Ages {
  readonly content: WorkspaceContent;
  readonly stacks: readonly ExportedStack[];
  /** The codes of findings to leave out. */
  readonly ignored: ReadonlySet<FindingCode>;
}

/** A key, and the resources that have it. */
export interface AuditedKey {
  readonly key: Key;
  readonly holders: readonly Holder[];
}

export interface Audit {
  readonly workspace: Workspace;
  /** The stacks that were compared. */
  readonly stacks: readonly ExportedStack[];
  /** The keys that are active or in a state, newest first, after the primary key. */
  readonly keys: readonly AuditedKey[];
  /** The findings, errors first. */
  readonly findings: readonly Finding[];
  /** The number of findings that were left out. */
  readonly ignored: number;
  readonly usage: WorkspaceUsage;
  /** What could not be compared, and why, in sentences. */
  readonly notCompared: readonly string[];
}

/** Compares a workspace with stack states. */
export function audit({ content, stacks: given, ignored, ...ages }: AuditInput): Audit {
  const { workspace, keys: additional } = content;
  const primary = "refused" in content.primary ? undefined : content.primary;
  const keys = primary === undefined ? additional : [primary, ...additional];
  const byId = new Map(keys.map((key) => [key.id, key]));
  const { stacks, declared, findings: aboutStacks } = comparableStacks(given, workspace);
  const holders = holdersByKey(declared, primary?.id);
  const origins = new Origins(additional, stacks);
  const audited = keys.map((key) => ({ key, holders: holders.get(key.id) ?? [] }));
  const all = [
    ...aboutStacks,
    ...declared.flatMap((resource) => resourceFindings(resource, { keys: byId, primary, now: ages.now })),
    ...audited.flatMap((each) => keyFindings(each, origins, ages)),
  ];
  const findings = all.filter(({ code }) => !ignored.has(code));
  return {
    workspace,
    stacks,
    keys: audited.filter(({ key, holders }) => key.status === "active" || holders.length > 0),
    findings: findings.toSorted((a, b) => rank(a) - rank(b)),
    ignored: all.length - findings.length,
    usage: workspaceUsage({ keys, stacks, holders, origins }),
    notCompared: notCompared(content, ages),
  };
}

function keyFindings({ key, holders }: AuditedKey, origins: Origins, ages: Ages): Finding[] {
  if (key.status !== "active") return [];
  const owners = ownersFinding(key, holders);
  const found = owners === undefined ? [] : [owners];
  if (holders.length === 0 && key.kind !== "primary") found.push(unmanagedFinding(key, origins.of(key)));
  return [...found, ...activeKeyFindings(key, holders, ages)];
}

/** Returns the place of a finding in the list: by urgency, then by code. */
function rank({ code }: Finding): number {
  return Object.keys(SEVERITIES).indexOf(code);
}

function notCompared({ keys, primary }: WorkspaceContent, { unusedMs }: Ages): string[] {
  const active = keys.filter(({ status }) => status === "active");
  const withoutUse = active.filter(({ lastUsedAt }) => lastUsedAt === undefined);
  return [
    ...("refused" in primary ? ["The token may not read the primary sandbox key, so that key was not compared."] : []),
    ...(unusedMs !== undefined && withoutUse.length > 0
      ? [`The API does not report the last use of ${keysText(withoutUse.length)}, which may be unused.`]
      : []),
  ];
}

function keysText(count: number): string {
  return count === 1 ? "1 key" : `${count} keys`;
}
