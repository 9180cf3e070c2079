import type { Key } from "../../../contract/port";
import type { Context } from "../../session/context";
import type { PreviewedFields } from "../../values/unknown";
import { readForPlan } from "../access";
import { type Decision, decide, type Observation } from "./decide";
import type { GatewayKeyInputs, GatewayKeyState } from "./fields";

interface Question {
  readonly state: GatewayKeyState;
  readonly inputs: PreviewedFields<GatewayKeyInputs>;
}

/** Decides for a plan, on what the workspace shows, as far as a plan may read it and gets a response. */
export async function plan(context: Context, { state, inputs }: Question): Promise<Decision> {
  const previous = state.previousKeyId === undefined ? undefined : await observe(context, state, state.previousKeyId);
  return decideOn(context, { state, inputs }, previous);
}

/**
 * Decides for an update. The previous key is read again first: `keepIfUsedWithin` protects it if it was used since the plan
 * was made.
 */
export async function decideAnew(context: Context, { state, inputs }: Question): Promise<Decision> {
  const { previousKeyId, workspaceId } = state;
  if (previousKeyId === undefined || inputs.keepIfUsedWithin === undefined) return plan(context, { state, inputs });
  const key = await context.keys.reread(previousKeyId, workspaceId);
  return decideOn(context, { state, inputs }, key ? { key } : "missing");
}

async function decideOn(context: Context, { state, inputs }: Question, previous: Observation | undefined) {
  const { clock, run } = context;
  // Revoked is for ever. Any other status may be out of date.
  const current = state.status === "revoked" ? "not read" : await observe(context, state, state.keyId);
  // Looked at after the waits: meanwhile this run may have taken the key for one that no state holds.
  const status = run.holders.isOrphan(state.keyId) ? "revoked" : statusOf(current, state);
  const hidesIncident = context.isSecretInput("compromised");
  return decide({ state, inputs, status, previous, now: clock.now, hidesIncident });
}

function statusOf(seen: Observation, state: GatewayKeyState): string {
  if (seen === "not read") return state.status;
  if (seen === "missing") return seen;
  const { status } = seen.key;
  if (status === "active" && !isSameValue(seen.key, state)) return "changed";
  // What the server says is shown in plans: one word, and nothing else.
  return /^[a-z_]{1,40}$/.test(status) ? status : "in an unknown state";
}

/**
 * Whether the workspace's key still has the value that the state knows. A server may keep the ID when it rotates a key. The
 * last four characters alone are compared: a server that writes `prefix` or `createdAt` differently in two responses must not
 * make the provider replace every key.
 */
export function isSameValue(key: Key, state: GatewayKeyState): boolean {
  return key.last4 === state.last4;
}

async function observe(context: Context, { workspaceId }: GatewayKeyState, keyId: string): Promise<Observation> {
  const seen = await readForPlan(context, () => context.keys.find(keyId, workspaceId));
  return seen === undefined ? "missing" : seen === "not read" ? seen : { key: seen };
}
