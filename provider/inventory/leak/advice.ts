import type { Key } from "../../../contract/port";
import { inSeconds } from "../../values/duration";
import { onOneLine, shown } from "../../values/shown";
import type { Origin } from "../audit/orphans";
import { inStack, SETTINGS } from "../audit/places";
import type { Holder } from "../holders";

/** The change that ends the validity of a leaked key value. */
export interface Advice {
  /**
   * Stable, so that programs can rely on it:
   *
   * - `none`: the key is revoked.
   * - `set_compromised`, `end_overlap`: change an input of the resource, and update its stack.
   * - `update`: update the stack, which is due to revoke the key.
   * - `rotate_primary`: rotate the primary sandbox key on the settings page.
   * - `pass_states`: a provider created the key, but the state of its stack was not given.
   * - `revoke`: revoke the key, which no stack manages.
   */
  readonly kind: "none" | "set_compromised" | "end_overlap" | "update" | "rotate_primary" | "pass_states" | "revoke";
  readonly text: string;
  /** The URN of the resource to change. */
  readonly urn?: string;
}

export interface AdviceInput {
  readonly key: Key;
  /** The resources that have the key. */
  readonly holders: readonly Holder[];
  /** Undefined if no provider created the key. */
  readonly origin: Origin | undefined;
  /** Whether states were given. Without one, it is not known whether a stack manages the key. */
  readonly hasStates: boolean;
  /** Where the token of this process is set, if the token is the key. */
  readonly ownTokenSource: string | undefined;
}

/** Returns the change that ends the validity of a leaked key. */
export function adviceFor(input: AdviceInput): Advice {
  const { key, ownTokenSource } = input;
  if (key.status === "revoked") {
    const since = key.revokedAt === undefined ? "" : ` since ${inSeconds(key.revokedAt)}`;
    return { kind: "none", text: `Nothing to do: the key is revoked${since}.` };
  }
  const advice = adviceForActive(input);
  if (ownTokenSource === undefined) return advice;
  const first = `The key is also the token from ${ownTokenSource}: first set another token there.`;
  return { ...advice, text: `${first} ${advice.text}` };
}

const ORDER = { current: 0, previous: 1, pending: 2 } as const satisfies Record<Holder["role"], number>;

function adviceForActive({ key, holders, origin, hasStates }: AdviceInput): Advice {
  const [holder] = holders.toSorted((one, other) => ORDER[one.role] - ORDER[other.role]);
  if (holder !== undefined) return adviceForHeld(holder);
  if (key.kind === "primary") {
    return {
      kind: "rotate_primary",
      text: `Rotate the primary sandbox key at ${SETTINGS}. This revokes the value immediately.`,
    };
  }
  if (origin !== undefined && origin.stack === undefined) {
    return {
      kind: "pass_states",
      text: `A provider created this key, but no given state has the key or the provider instance. Give the state of its stack. If the stack no longer exists, revoke the key with --revoke --yes ${shown(key.id)}.`,
    };
  }
  const unknown = hasStates ? "" : " No state was given: a stack may manage the key.";
  return { kind: "revoke", text: `Revoke the key: run this command with --revoke, on the same text.${unknown}` };
}

function adviceForHeld({ resource, role }: Holder): Advice {
  const { urn, stack, type } = resource;
  const on = onOneLine(urn);
  const update = `run \`pulumi up\` ${inStack(stack)}`;
  if (resource.isPendingDelete || role === "pending") {
    return { kind: "update", urn, text: `To revoke the key, ${update}: ${on} is due to be revoked.` };
  }
  if (role === "previous") {
    return {
      kind: "end_overlap",
      urn,
      text: `Set \`rotation.overlap\` of ${on} to \`0s\`, remove its \`keepIfUsedWithin\`, and ${update}. This revokes the key, and keeps the current one. If that has leaked too, set \`compromised\` instead.`,
    };
  }
  const effect =
    type === "PrimarySandboxKey"
      ? "This rotates the key, which revokes the value immediately."
      : "This creates a new key, and revokes this one and the previous one.";
  return {
    kind: "set_compromised",
    urn,
    text: `Set \`compromised\` of ${on} to the identifier of the incident, such as \`INC-1234\`, and ${update}. ${effect}`,
  };
}
