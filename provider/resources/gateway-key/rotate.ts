import type { Context } from "../../session/context";
import { timestamp } from "../../values/duration";
import { shown } from "../../values/shown";
import { makeKey } from "./create";
import { type Decision, isInvalid } from "./decide";
import { type GatewayKeyState, shownOf } from "./fields";
import { withoutPrevious } from "./revoke";

/**
 * Rotates a key in place. Returns the state with the new key value, and the IDs of the keys to revoke now. With an overlap, the
 * old key becomes the previous key instead.
 */
export async function rotate(
  context: Context,
  old: GatewayKeyState,
  { value, reasons, previousUntil }: Decision,
): Promise<{ state: GatewayKeyState; toRevoke: string[] }> {
  const isOwn = value === "overlap" && (await context.keys.isOwn(old.keyId));
  const { key, value: newValue } = await makeKey(context, old);
  const state = { ...old, ...shownOf(key), key: newValue };

  // A key that this run tried to revoke as an orphan must be revoked, even if that request failed.
  const isOver = isInvalid(reasons) && !context.run.holders.isOrphan(old.keyId);
  if (value !== "overlap") {
    const previous = old.previousKeyId === undefined ? [] : [old.previousKeyId];
    return { state: withoutPrevious(state), toRevoke: isOver ? previous : [old.keyId, ...previous] };
  }
  if (isInvalid(reasons)) return { state, toRevoke: isOver ? [] : [old.keyId] };
  // The value of a key that was rotated elsewhere is no longer valid.
  const isKnown = old.key !== undefined && !reasons.some(({ kind }) => kind === "drift");
  const kept = isKnown ? { previousKey: old.key } : {};
  const until = timestamp(typeof previousUntil === "number" ? previousUntil : context.clock.now);
  if (isOwn) warnAboutOwn(context, old.keyId, until);
  return {
    state: { ...withoutPrevious(state), ...kept, previousKeyId: old.keyId, previousKeyRevokeAt: until },
    toRevoke: [],
  };
}

function warnAboutOwn({ client, log }: Context, keyId: string, until: string): void {
  log(
    "warning",
    `This provider authenticates with the key ${shown(keyId)}, which is now the previous key. The first update after ${until} revokes it. Before then, set another token in ${client.tokenSource}, for example the new key value.`,
  );
}
