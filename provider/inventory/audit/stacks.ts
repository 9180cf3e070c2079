import type { Workspace } from "../../../contract/port";
import { shown } from "../../values/shown";
import type { DeclaredKey, ExportedStack } from "../exported-state";
import type { Finding } from "./finding";

/** The stacks that can be compared with a workspace. */
export interface ComparableStacks {
  readonly stacks: readonly ExportedStack[];
  /** The declarations of keys in them. */
  readonly declared: readonly DeclaredKey[];
  readonly findings: readonly Finding[];
}

/** Leaves out older exports of the same stack, and the keys of other workspaces. */
export function comparableStacks(given: readonly ExportedStack[], { id }: Workspace): ComparableStacks {
  const findings: Finding[] = [];
  const stacks: ExportedStack[] = [];
  for (const stack of given) {
    const index = stacks.findIndex((other) => isSameStack(stack, other));
    const other = stacks[index];
    if (other === undefined) {
      stacks.push(stack);
      continue;
    }
    const newer = (stack.writtenAt ?? 0) >= (other.writtenAt ?? 0) ? stack : other;
    stacks[index] = newer;
    findings.push(exportedTwice(newer, newer === stack ? other : stack));
  }
  const declared: DeclaredKey[] = [];
  for (const stack of stacks) {
    const others = stack.keys.filter(({ workspaceId = id }) => workspaceId !== id);
    declared.push(...stack.keys.filter((key) => !others.includes(key)));
    for (const other of new Set(others.map(({ workspaceId = "" }) => workspaceId)))
      findings.push(otherWorkspace(stack, other));
  }
  return { stacks, declared, findings };
}

/** Whether two states are exports of one stack. Stacks in two back ends can have the same name, but nothing else. */
function isSameStack(a: ExportedStack, b: ExportedStack): boolean {
  if (a.name === undefined || a.name !== b.name) return false;
  if ([...a.providerIds].some((id) => b.providerIds.has(id))) return true;
  return a.keys.some(({ urn, keyId }) => b.keys.some((other) => other.urn === urn && other.keyId === keyId));
}

function exportedTwice(newer: ExportedStack, older: ExportedStack): Finding {
  return {
    code: "exported_twice",
    where: [{ stack: newer }, { stack: older }],
    message: `Two of the states are exports of the same stack, and only ${shown(newer.file)} was compared.`,
    advice: "Name one export of each stack.",
  };
}

function otherWorkspace(stack: ExportedStack, workspaceId: string): Finding {
  return {
    code: "other_workspace",
    where: [{ stack }],
    message: `The state has keys of another workspace, with the ID ${shown(workspaceId)}, which were not compared.`,
    advice: "Audit this stack with a token of that workspace.",
  };
}
