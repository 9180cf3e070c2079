import type { Context } from "../../session/context";
import { readForPlan } from "../access";
import type { Decision } from "./decide";
import type { GatewayKeyState } from "./fields";

/** Throws `own_key` if a plan would revoke the key that this provider authenticates with. */
export async function refuseOwnInPlan(context: Context, state: GatewayKeyState, decision: Decision): Promise<void> {
  const keyIds = keysRevokedBy(decision, state);
  if (keyIds.length > 0) await readForPlan(context, () => context.keys.requireNotOwn(...keyIds));
}

/**
 * Returns the IDs of the keys that a decision must revoke to succeed. Returns none for an incident, which creates the new key
 * value first: keys that cannot be revoked then stay in `revokePending`.
 */
export function keysRevokedBy({ value, reasons, revokesPrevious }: Decision, state: GatewayKeyState): string[] {
  const { keyId, previousKeyId, revokePending = [] } = state;
  const previous = previousKeyId === undefined ? [] : [previousKeyId];
  // Deleting the old resource revokes all of its keys.
  if (value === "replace") return [...revokePending, ...previous, keyId];
  if (reasons.some(({ kind }) => kind === "compromised")) return [];
  if (value === "end") return [...previous, keyId];
  return revokesPrevious ? previous : [];
}
