import { timestamp } from "../../duration";
import type { Context } from "../handler";
import { wordsOf } from "../rotation";
import { type GatewayKeyState, shown } from "./data";
import { type Decision, isDead } from "./decision";
import { inUse, withoutPrevious } from "./ending";
import { makeKey } from "./making";

/**
 * Makes a new value in place. Answers the state with it, and the keys that have to end now; with an overlap, the old key goes
 * on as the previous one instead.
 */
export async function rotate(
  context: Context,
  old: GatewayKeyState,
  { value, reasons, previousUntil }: Decision,
): Promise<{ state: GatewayKeyState; ending: string[] }> {
  const isOwn = value === "overlap" && (await context.keys.isOwn(old.keyId));
  const { key, ...made } = await makeKey(context, old);
  const state = { ...old, ...shown(made), key };

  // A key that this run took for one that no state holds is meant to be revoked, whether that call succeeded or not.
  const isOver = isDead(reasons) && !context.run.hasRevoked(old.keyId);
  if (value !== "overlap") {
    const previous = old.previousKeyId === undefined ? [] : [old.previousKeyId];
    return { state: withoutPrevious(state), ending: isOver ? previous : [old.keyId, ...previous] };
  }
  if (isDead(reasons)) return { state, ending: isOver ? [] : [old.keyId] };
  const kept = old.key === undefined ? {} : { previousKey: old.key };
  const until = timestamp(previousUntil ?? context.now);
  if (isOwn) warnOfOwn(context, old.keyId, until);
  return {
    state: { ...withoutPrevious(state), ...kept, previousKeyId: old.keyId, previousKeyRevokeAt: until },
    ending: [],
  };
}

function warnOfOwn({ client, log }: Context, keyId: string, until: string): void {
  log(
    "warning",
    `This provider is logged in with the key ${keyId}, which is the previous key now and is due to be revoked at ${until}. Before then, put another token into ${client.tokenSource}, for example the new key value.`,
  );
}

/**
 * What a previous key that is still in use means for a rotation. Beside a key that is no more, the previous one may stay; one
 * by age alone waits; any other is an error, since it would make a third key.
 */
export function mustWait(
  { log }: Context,
  { value, reasons }: Decision,
  { previousKeyId = "" }: GatewayKeyState,
  heldSince: number,
): boolean {
  const isAsked = reasons.some(({ kind }) => kind !== "age");
  if (value !== "keep" && isAsked && !isDead(reasons)) throw inUse(previousKeyId, heldSince);
  const waits = value !== "keep" && !isAsked;
  const what = waits ? `${reasons.map(wordsOf).join(" and ")}, yet the rotation waits: ` : "";
  log(
    "warning",
    `${what}the previous key ${previousKeyId} was used at ${timestamp(heldSince)}: keepIfUsedWithin keeps it`,
  );
  return waits;
}
