import { causeText, DenchError, NotInitializedError } from "../../errors";
import type { Context } from "../../session/context";
import { timestamp } from "../../values/duration";
import { shown } from "../../values/shown";
import type { GatewayKeyState } from "./fields";

/**
 * Revokes a key of a resource. If another resource of this run has the same key, shows a warning and keeps the key. Every key
 * in a state is revoked by this function.
 */
export async function revoke({ keys, run, urn, log }: Context, keyId: string, workspaceId: string): Promise<void> {
  const holder = run.holders.of(keyId, urn);
  if (holder === undefined) await keys.revoke(keyId, workspaceId);
  else log("warning", `The key ${shown(keyId)} was not revoked, because ${holder} has it too.`);
  run.holders.remove(urn, keyId);
}

/** Revokes the previous key. */
export async function revokePrevious(context: Context, state: GatewayKeyState): Promise<GatewayKeyState> {
  if (state.previousKeyId === undefined) return state;
  await revoke(context, state.previousKeyId, state.workspaceId);
  return withoutPrevious(state);
}

/** Revokes keys immediately. Keys that cannot be revoked are stored in the state, and the next update tries again. */
export async function revokeAll(
  context: Context,
  id: string,
  state: GatewayKeyState,
  keyIds: readonly string[],
): Promise<GatewayKeyState> {
  const { revokePending: _before, ...rest } = state;
  const failures: [string, unknown][] = [];
  for (const keyId of keyIds) {
    await revoke(context, keyId, state.workspaceId).catch((error: unknown) => failures.push([keyId, error]));
  }
  const [first] = failures;
  if (!first) return rest;
  const left = failures.map(([keyId]) => keyId);
  throw new NotInitializedError(
    id,
    { ...rest, revokePending: left },
    `Could not revoke the keys ${left.map(shown).join(", ")}, which are still valid. The next update tries again. ${causeText(first[1])}`,
  );
}

/** Returns the error for a key that `keepIfUsedWithin` protects. */
export function keyInUseError(keyId: string, usedAt: number): DenchError {
  return new DenchError(
    "key_in_use",
    `Could not revoke the key ${shown(keyId)}: it was last used at ${timestamp(usedAt)}, and keepIfUsedWithin protects it. Move its users to another key and try again later. To revoke it anyway, remove keepIfUsedWithin, run pulumi up, and try again.`,
  );
}

/** Returns the state without the previous key. */
export function withoutPrevious(state: GatewayKeyState): GatewayKeyState {
  const { previousKey: _key, previousKeyId: _id, previousKeyRevokeAt: _end, ...rest } = state;
  return rest;
}
