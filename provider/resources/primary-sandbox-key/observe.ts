import type { Key } from "../../../contract/port";
import type { Context } from "../../session/context";
import type { PreviewedFields } from "../../values/unknown";
import { readForPlan } from "../access";
import { type Decision, decide } from "./decide";
import type { PrimarySandboxKeyInputs, PrimarySandboxKeyState } from "./fields";

interface DecisionRequest {
  readonly state: PrimarySandboxKeyState;
  readonly inputs: PreviewedFields<PrimarySandboxKeyInputs>;
}

/** Returns the decision for a plan, based on the workspace if the plan can read it, otherwise on the state. */
export async function plan(context: Context, request: DecisionRequest): Promise<Decision> {
  const { client, keys } = context;
  const live = await readForPlan(context, async () => {
    await client.requireWorkspaceId(request.state.workspaceId);
    return keys.primary();
  });
  return decideOn(context, request, live);
}

/** Returns the decision for an update. Unless it rotates the key, an update must be able to read it. */
export async function decideForUpdate(context: Context, request: DecisionRequest): Promise<Decision> {
  const decision = await plan(context, request);
  return decision.action === "rotate" ? decision : decideOn(context, request, await context.keys.primary());
}

function decideOn(context: Context, { state, inputs }: DecisionRequest, live: Key | "not read"): Decision {
  const hidesIncident = context.isSecretInput("compromised");
  return decide({ state, inputs, live, now: context.clock.now, hidesIncident });
}
