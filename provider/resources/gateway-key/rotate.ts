import type { Context } from "../../session/context";
import { timestamp } from "../../values/duration";
import { shown } from "../../values/shown";
import { makeKey } from "./create";
import { type Decision, isDead } from "./decide";
import { type GatewayKeyState, shownOf } from "./fields";
import { withoutPrevious } from "./revoke";

/**
 * Creates a new value in place. Returns the state with it, and the keys to be revoked now; with an overlap, the old key
 * becomes the previous one instead.
 */
export async function rotate(
  context: Context,
  old: GatewayKeyState,
  { value, reasons, previousUntil }: Decision,
): Promise<{ state: GatewayKeyState; ending: string[] }> {
  const isOwn = value === "overlap" && (await context.keys.isOwn(old.keyId));
  const { key, value: newValue } = await makeKey(context, old);
  const state = { ...old, ...shownOf(key), key: newValue };

  // A key that this run took for one that no state holds is meant to be revoked, whether that call succeeded or not.
  const isOver = isDead(reasons) && !context.run.holders.isOrphan(old.keyId);
  if (value !== "overlap") {
    const previous = old.previousKeyId === undefined ? [] : [old.previousKeyId];
    return { state: withoutPrevious(state), ending: isOver ? previous : [old.keyId, ...previous] };
  }
  if (isDead(reasons)) return { state, ending: isOver ? [] : [old.keyId] };
  // The value of a key that was rotated elsewhere no longer works.
  const isKnown = old.key !== undefined && !reasons.some(({ kind }) => kind === "drift");
  const kept = isKnown ? { previousKey: old.key } : {};
  const until = timestamp(previousUntil ?? context.clock.now);
  if (isOwn) warnAboutOwn(context, old.keyId, until);
  return {
    state: { ...withoutPrevious(state), ...kept, previousKeyId: old.keyId, previousKeyRevokeAt: until },
    ending: [],
  };
}

function warnAboutOwn({ client, log }: Context, keyId: string, until: string): void {
  log(
    "warning",
    `This provider is logged in with the key ${shown(keyId)}, which is now the previous key: the first update after ${until} revokes it. Before then, put another token into ${client.tokenSource}, for example the new key value.`,
  );
}
