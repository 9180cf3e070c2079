import type { PreviewedFields } from "../../unknown";
import type { Context } from "../handler";
import type { GatewayKeyInputs, GatewayKeyState } from "./data";
import { type Decision, decide, type Sight } from "./decision";

/** Decides on what the workspace shows now, as far as a plan may ask and gets an answer. */
export async function decideNow(
  context: Context,
  state: GatewayKeyState,
  inputs: PreviewedFields<GatewayKeyInputs>,
): Promise<Decision> {
  const { now, run } = context;
  // Revoked is for ever. Any other word may be out of date.
  const isAsked = state.status !== "revoked" && context.driftCheck;
  const current = isAsked ? await glimpse(context, state, state.keyId) : "not asked";
  const previous = state.previousKeyId === undefined ? undefined : await glimpse(context, state, state.previousKeyId);
  const seen = current === "not asked" ? state.status : current === "missing" ? current : current.key.status;
  // Looked at after the waits: meanwhile this run may have taken the key for one that no state holds.
  const status = run.hasRevoked(state.keyId) ? "revoked" : word(seen);
  return decide({ state, inputs, status, previous, now });
}

/** What the server says of a key is shown in plans: a word, and nothing else. */
function word(status: string): string {
  return /^[a-z_]{1,40}$/.test(status) ? status : "in an unknown state";
}

async function glimpse(context: Context, { workspaceId }: GatewayKeyState, keyId: string): Promise<Sight> {
  const seen = await askForPlan(context, () => context.keys.find(keyId, workspaceId));
  return seen === undefined ? "missing" : seen === "not asked" ? seen : { key: seen };
}

/** Queries the workspace as far as a plan may. A server that fails costs one warning. */
export async function askForPlan<T>(
  { keys, driftCheck, log }: Context,
  ask: () => Promise<T>,
): Promise<T | "not asked"> {
  if (!driftCheck) return "not asked";
  return keys.glimpse(ask, (reason) =>
    log(
      "warning",
      `Whether keys were revoked elsewhere was not checked, so this plan is made from the state. ${reason}`,
    ),
  );
}
