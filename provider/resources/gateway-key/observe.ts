import type { Key } from "../../../contract/port";
import type { Context } from "../../session/context";
import type { PreviewedFields } from "../../values/unknown";
import { readForPlan } from "../access";
import { type Decision, decide, type Observation } from "./decide";
import type { GatewayKeyInputs, GatewayKeyState } from "./fields";

interface DecisionRequest {
  readonly state: GatewayKeyState;
  readonly inputs: PreviewedFields<GatewayKeyInputs>;
}

/** Returns the decision for a plan, based on the workspace if the plan can read it, otherwise on the state. */
export async function plan(context: Context, { state, inputs }: DecisionRequest): Promise<Decision> {
  const previous = state.previousKeyId === undefined ? undefined : await observe(context, state, state.previousKeyId);
  return decideOn(context, { state, inputs }, previous);
}

/**
 * Returns the decision for an update. Reads the previous key again first, because `keepIfUsedWithin` also protects a key that
 * was used after the plan was made.
 */
export async function decideForUpdate(context: Context, { state, inputs }: DecisionRequest): Promise<Decision> {
  const { previousKeyId, workspaceId } = state;
  if (previousKeyId === undefined || inputs.keepIfUsedWithin === undefined) return plan(context, { state, inputs });
  const key = await context.keys.reread(previousKeyId, workspaceId);
  return decideOn(context, { state, inputs }, key ? { key } : "missing");
}

async function decideOn(context: Context, { state, inputs }: DecisionRequest, previous: Observation | undefined) {
  const { clock, run } = context;
  // A revoked key stays revoked. Any other status may be out of date.
  const current = state.status === "revoked" ? "not read" : await observe(context, state, state.keyId);
  // Checked after the requests: during them, this run may have revoked the key as an orphan.
  const status = run.holders.isOrphan(state.keyId) ? "revoked" : statusOf(current, state);
  const hidesIncident = context.isSecretInput("compromised");
  return decide({ state, inputs, status, previous, now: clock.now, hidesIncident });
}

function statusOf(seen: Observation, state: GatewayKeyState): string {
  if (seen === "not read") return state.status;
  if (seen === "missing") return seen;
  const { status } = seen.key;
  if (status === "active" && !isSameValue(seen.key, state)) return "changed";
  // Plans show the server's status, so only a single word is accepted.
  return /^[a-z_]{1,40}$/.test(status) ? status : "in an unknown state";
}

/**
 * Returns true if the key in the workspace still has the value in the state. A server may keep the ID when it rotates a key.
 * Compares only the last four characters: a server that writes `prefix` or `createdAt` differently in two responses must not
 * cause the replacement of every key.
 */
export function isSameValue(key: Key, state: GatewayKeyState): boolean {
  return key.last4 === state.last4;
}

async function observe(context: Context, { workspaceId }: GatewayKeyState, keyId: string): Promise<Observation> {
  const seen = await readForPlan(context, () => context.keys.find(keyId, workspaceId));
  return seen === undefined ? "missing" : seen === "not read" ? seen : { key: seen };
}
