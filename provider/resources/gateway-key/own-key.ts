import type { Context } from "../../session/context";
import { readForPlan } from "../access";
import type { Decision } from "./decide";
import type { GatewayKeyState } from "./fields";

/** Throws `own_key` in a plan that would revoke the key which this provider is itself logged in with. */
export async function refuseOwnInPlan(context: Context, state: GatewayKeyState, decision: Decision): Promise<void> {
  const keyIds = keysRevokedBy(decision, state);
  if (keyIds.length > 0) await readForPlan(context, () => context.keys.requireNotOwn(...keyIds));
}

/**
 * Returns the IDs of the keys that a decision revokes, and without which it cannot be carried out as a whole. An incident is
 * no such decision: it creates the new value first, and what cannot be revoked then is left in `revokePending`.
 */
export function keysRevokedBy({ value, reasons, endPrevious }: Decision, state: GatewayKeyState): string[] {
  const { keyId, previousKeyId, revokePending = [] } = state;
  const previous = previousKeyId === undefined ? [] : [previousKeyId];
  // The deletion of the old resource revokes every key that it holds.
  if (value === "replace") return [...revokePending, ...previous, keyId];
  if (reasons.some(({ kind }) => kind === "compromised")) return [];
  if (value === "end") return [...previous, keyId];
  return endPrevious ? previous : [];
}
