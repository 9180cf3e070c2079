import { timestamp } from "../../duration";
import { causeText, DenchError, NotInitialisedError } from "../../errors";
import type { Context } from "../handler";
import type { GatewayKeyState } from "./data";
import { usedWithin } from "./decision";

/** Revokes the previous key, unless it was used meanwhile and `keepIfUsedWithin` keeps it. */
export async function endPrevious(
  { keys, now }: Context,
  state: GatewayKeyState,
  keepIfUsedWithin: string | undefined,
): Promise<{ state: GatewayKeyState; heldSince?: number }> {
  const { previousKeyId, workspaceId, waitUntilReady } = state;
  if (previousKeyId === undefined) return { state };
  if (keepIfUsedWithin !== undefined) {
    const key = await keys.reread(previousKeyId, workspaceId);
    const heldSince = key && usedWithin(key, keepIfUsedWithin, now, waitUntilReady);
    if (heldSince !== undefined) return { state, heldSince };
  }
  await keys.revoke(previousKeyId, workspaceId);
  return { state: withoutPrevious(state) };
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
  throw new NotInitialisedError(
    id,
    { ...rest, revokePending: left },
    `The keys ${left.join(", ")} could not be revoked and still work; the next update tries again. ${causeText(first[1])}`,
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
