import { timestamp } from "../../duration";
import { DenchError, NotInitialisedError } from "../../errors";
import type { Context } from "../handler";
import type { GatewayKeyState } from "./data";
import { usedWithin } from "./decision";

/**
 * Revokes the previous key. One that `keepIfUsedWithin` keeps stays, with a warning, or, where its end `isNeeded` for
 * another key to be made, is an error.
 */
export async function endPrevious(
  { keys, now, log }: Context,
  state: GatewayKeyState,
  { keepIfUsedWithin, isNeeded }: { keepIfUsedWithin: string | undefined; isNeeded: boolean },
): Promise<GatewayKeyState> {
  const { previousKeyId, workspaceId } = state;
  if (previousKeyId === undefined) return state;
  if (keepIfUsedWithin !== undefined) {
    const key = await keys.reread(previousKeyId, workspaceId);
    const used = key && usedWithin(key, keepIfUsedWithin, now);
    if (used !== undefined && isNeeded) throw inUse(previousKeyId, used);
    if (used !== undefined) {
      log("warning", `the previous key ${previousKeyId} was used at ${timestamp(used)}: keepIfUsedWithin keeps it`);
      return state;
    }
  }
  await keys.revoke(previousKeyId, workspaceId);
  return withoutPrevious(state);
}

/** Revokes keys whose end is not to be waited for. What cannot be revoked is noted, and left to the next update. */
export async function endKeys(
  { keys }: Context,
  id: string,
  state: GatewayKeyState,
  ending: readonly string[],
): Promise<GatewayKeyState> {
  const { revokePending: _before, ...rest } = state;
  const failures: [string, unknown][] = [];
  for (const keyId of ending) {
    await keys.revoke(keyId, state.workspaceId).catch((error: unknown) => failures.push([keyId, error]));
  }
  const [first] = failures;
  if (!first) return rest;
  const left = failures.map(([keyId]) => keyId);
  const cause = first[1] instanceof Error ? first[1].message : String(first[1]);
  throw new NotInitialisedError(
    id,
    { ...rest, revokePending: left },
    `The keys ${left.join(", ")} could not be revoked and still work; the next update tries again. ${cause}`,
  );
}

export function inUse(keyId: string, usedAt: number): DenchError {
  return new DenchError(
    "key_in_use",
    `Could not revoke the key ${keyId}: it was last used at ${timestamp(usedAt)}, and keepIfUsedWithin keeps it. Move its users to another key and try later; or, to force it, unset keepIfUsedWithin, run up, and try again.`,
  );
}

export function withoutPrevious(state: GatewayKeyState): GatewayKeyState {
  const { previousKey: _key, previousKeyId: _id, previousKeyRevokeAt: _end, ...rest } = state;
  return rest;
}
