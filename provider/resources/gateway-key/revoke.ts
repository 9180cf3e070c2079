import { causeText, DenchError, NotInitialisedError } from "../../errors";
import type { Context } from "../../session/context";
import { timestamp } from "../../values/duration";
import { shown } from "../../values/shown";
import type { GatewayKeyState } from "./fields";

/**
 * Revokes a key of a resource, unless another resource of this run has it as well: then that one keeps it, and a warning says
 * so. Every revocation of a key that a state has goes through here.
 */
export async function revoke({ keys, run, urn, log }: Context, keyId: string, workspaceId: string): Promise<void> {
  const holder = run.holders.of(keyId, urn);
  if (holder === undefined) await keys.revoke(keyId, workspaceId);
  else log("warning", `The key ${shown(keyId)} is not revoked: ${holder} has it too.`);
  run.holders.letGo(urn, keyId);
}

/** Revokes the previous key. */
export async function revokePrevious(context: Context, state: GatewayKeyState): Promise<GatewayKeyState> {
  if (state.previousKeyId === undefined) return state;
  await revoke(context, state.previousKeyId, state.workspaceId);
  return withoutPrevious(state);
}

/** Revokes keys that must not wait. What cannot be revoked is noted in the state, and the next update tries again. */
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
  throw new NotInitialisedError(
    id,
    { ...rest, revokePending: left },
    `Could not revoke the keys ${left.map(shown).join(", ")}, which still work; the next update tries again. ${causeText(first[1])}`,
  );
}

export function inUse(keyId: string, usedAt: number): DenchError {
  return new DenchError(
    "key_in_use",
    `Could not revoke the key ${shown(keyId)}: it was last used at ${timestamp(usedAt)}, and keepIfUsedWithin protects it. Move its users to another key and try later; or, to force it, unset keepIfUsedWithin, run up, and try again.`,
  );
}

export function withoutPrevious(state: GatewayKeyState): GatewayKeyState {
  const { previousKey: _key, previousKeyId: _id, previousKeyRevokeAt: _end, ...rest } = state;
  return rest;
}
