import type { Key } from "../../contract/port";
import { providerIdIn } from "../resources/request-id";
import { timestamp } from "../values/duration";
import { shown } from "../values/shown";
import type { ExportedStack } from "./exported-state";
import type { Holder } from "./holders";

/** The change that ends the validity of a leaked key value. */
export interface Advice {
  /**
   * - `none`: the key is revoked.
   * - `set_compromised`, `end_overlap`: change an input of the resource, and update its stack.
   * - `update`: update the stack, which is due to revoke the key.
   * - `rotate_primary`: rotate the primary sandbox key on the settings page.
   * - `pass_states`: a stack created the key, but its state was not given.
   * - `revoke`: revoke the key with this command.
   */
  readonly kind: "none" | "set_compromised" | "end_overlap" | "update" | "rotate_primary" | "pass_states" | "revoke";
  readonly text: string;
  /** The resource to change. */
  readonly urn?: string;
}

export interface LeakedKey {
  readonly key: Key;
  readonly holders: readonly Holder[];
  /** Where the token of this process is set, if the token is the key. */
  readonly ownTokenSource: string | undefined;
}

/** Returns the change that ends the validity of a leaked key. */
export function adviceFor(leaked: LeakedKey, stacks: readonly ExportedStack[]): Advice {
  const { key, ownTokenSource } = leaked;
  if (key.status === "revoked") {
    const since = key.revokedAt === undefined ? "" : ` since ${timestamp(key.revokedAt)}`;
    return { kind: "none", text: `Nothing to do: the key is revoked${since}.` };
  }
  const advice = adviceForActive(leaked, stacks);
  if (ownTokenSource === undefined) return advice;
  const own = `This key is also the token from ${ownTokenSource}: first set another token there.`;
  return { ...advice, text: `${own} ${advice.text}` };
}

function adviceForActive({ key, holders }: LeakedKey, stacks: readonly ExportedStack[]): Advice {
  const [holder] = holders.toSorted((one, other) => ORDER[one.role] - ORDER[other.role]);
  if (holder !== undefined) return adviceForHeld(holder);
  if (key.kind === "primary") {
    return {
      kind: "rotate_primary",
      text: "Rotate the primary sandbox key: Settings → API Keys → Rotate key. This revokes the value immediately.",
    };
  }
  const providerId = providerIdIn(key.requestId);
  if (providerId !== undefined && !stacks.some(({ providerIds }) => providerIds.has(providerId))) {
    return {
      kind: "pass_states",
      text: `A stack created this key, with the provider instance ${shown(providerId)}, which no given state has. Run again with the state of that stack. If the stack no longer exists, run again with --revoke --yes ${shown(key.id)}.`,
    };
  }
  const unchecked =
    stacks.length > 0 ? "" : " No state was given, so a stack may manage it: pass STATE files to check.";
  return { kind: "revoke", text: `Revoke the key: run again with --revoke, and the same text on stdin.${unchecked}` };
}

const ORDER = { current: 0, previous: 1, pending: 2 } as const satisfies Record<Holder["role"], number>;

function adviceForHeld({ resource, role }: Holder): Advice {
  const { urn, stack } = resource;
  const on = shown(urn);
  const name = shown(stack.name ?? stack.file);
  if (resource.isPendingDelete || role === "pending") {
    return { kind: "update", urn, text: `Run \`pulumi up\` for the stack ${name}. It is due to revoke the key.` };
  }
  if (role === "previous") {
    return {
      kind: "end_overlap",
      urn,
      text: `Set \`rotation: { overlap: "0s" }\` on ${on}, remove its keepIfUsedWithin, and run \`pulumi up\`. This revokes the key, and keeps the current one. If the current value may have leaked too, set \`compromised: "INC-…"\` instead.`,
    };
  }
  const effect =
    resource.type === "PrimarySandboxKey"
      ? "This rotates the key, which revokes the value immediately."
      : "This creates a new key value, and revokes this one and every earlier one.";
  return {
    kind: "set_compromised",
    urn,
    text: `Set \`compromised: "INC-…"\` on ${on}, and run \`pulumi up\`. ${effect}`,
  };
}
