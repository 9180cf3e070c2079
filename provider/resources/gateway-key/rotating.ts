import { timestamp } from "../../duration";
import type { Context } from "../handler";
import { type GatewayKeyState, shownOf } from "./data";
import { type Decision, isDead } from "./decision";
import { makeKey } from "./making";
import { withoutPrevious } from "./revoking";

/**
 * Creates a new value in place. Returns the state with it, and the keys to be revoked now; with an overlap, the old key
 * becomes the previous one instead.
 */
export async function rotate(
  context: Context,
  old: GatewayKeyState,
  { value, reasons, previousUntil }: Decision,
): Promise<{ state: GatewayKeyState; ending: string[] }> {
  const isIncident = reasons.some(({ kind }) => kind === "compromised");
  if (!isIncident) await context.keys.requireNotOwn(old.keyId);
  const { key, ...made } = await makeKey(context, old);
  const state = { ...old, ...shownOf(made), key };

  // A key that this run took for one that no state holds is meant to be revoked, whether that call succeeded or not.
  const isOver = isDead(reasons) && !context.run.hasRevoked(old.keyId);
  if (value !== "overlap") {
    const previous = old.previousKeyId === undefined ? [] : [old.previousKeyId];
    return { state: withoutPrevious(state), ending: isOver ? previous : [old.keyId, ...previous] };
  }
  if (isDead(reasons)) return { state, ending: isOver ? [] : [old.keyId] };
  // The value of a key that was rotated elsewhere no longer works.
  const isKnown = old.key !== undefined && !reasons.some(({ kind }) => kind === "drift");
  const kept = isKnown ? { previousKey: old.key } : {};
  const until = timestamp(previousUntil ?? context.clock.now);
  return {
    state: { ...withoutPrevious(state), ...kept, previousKeyId: old.keyId, previousKeyRevokeAt: until },
    ending: [],
  };
}
