import type { Key, Usage } from "../../../contract/port";
import type { ExportedStack } from "../exported-state";
import type { Holder } from "../holders";
import type { Origins } from "./orphans";

/** The keys of a group, and their usage of the last 30 days. */
export interface GroupUsage extends Usage {
  /** The number of active keys. */
  readonly activeKeys: number;
}

/** The usage of a workspace. Each key counts in one group. */
export interface WorkspaceUsage {
  readonly stacks: readonly { readonly stack: ExportedStack; readonly usage: GroupUsage }[];
  /** The usage of each environment: the stacks that have the same name in their projects. */
  readonly environments: ReadonlyMap<string, GroupUsage>;
  /** Active keys that no given state has, except the primary key. */
  readonly unmanaged: GroupUsage;
  /** The primary key, if no given state has it. Undefined if a state has it, or if the token cannot read it. */
  readonly primary: GroupUsage | undefined;
  /** Revoked keys that no given stack has or had. */
  readonly revoked: GroupUsage;
  readonly total: GroupUsage;
}

export interface UsageInput {
  /** The keys of the workspace. They have the primary key unless the token cannot read it. */
  readonly keys: readonly Key[];
  readonly stacks: readonly ExportedStack[];
  readonly holders: ReadonlyMap<string, readonly Holder[]>;
  readonly origins: Origins;
}

export function workspaceUsage({ keys, stacks, holders, origins }: UsageInput): WorkspaceUsage {
  // A stack without a name has no resources.
  const named = stacks.filter(({ name }) => name !== undefined);
  const byStack = new Map<ExportedStack, Key[]>(named.map((stack) => [stack, []]));
  const unmanaged: Key[] = [];
  const primary: Key[] = [];
  const revoked: Key[] = [];
  for (const key of keys) {
    const [holder] = holders.get(key.id) ?? [];
    // A revoked key still belongs to the stack that rotated it.
    const stack = holder?.resource.stack ?? (key.status === "active" ? undefined : origins.stackOf(key));
    const others = key.status !== "active" ? revoked : key.kind === "primary" ? primary : unmanaged;
    (stack === undefined ? others : (byStack.get(stack) ?? others)).push(key);
  }
  const byEnvironment = new Map<string, Key[]>();
  for (const [stack, ofStack] of byStack) {
    const environment = environmentOf(stack);
    byEnvironment.set(environment, [...(byEnvironment.get(environment) ?? []), ...ofStack]);
  }
  return {
    stacks: Array.from(byStack, ([stack, ofStack]) => ({ stack, usage: sum(ofStack) })),
    environments: new Map(Array.from(byEnvironment, ([name, ofEnvironment]) => [name, sum(ofEnvironment)])),
    unmanaged: sum(unmanaged),
    primary: primary.length === 0 ? undefined : sum(primary),
    revoked: sum(revoked),
    total: sum(keys),
  };
}

/** Returns the environment of a stack: its name without the project. */
export function environmentOf({ name }: ExportedStack): string {
  return name?.split("/").at(-1) ?? "";
}

function sum(keys: readonly Key[]): GroupUsage {
  return {
    activeKeys: keys.filter(({ status }) => status === "active").length,
    requests: keys.reduce((requests, { usage30d }) => requests + usage30d.requests, 0),
    costUsd: keys.reduce((costUsd, { usage30d }) => costUsd + usage30d.costUsd, 0),
  };
}
