import type { Key } from "../../../contract/port";
import type { Context } from "../../session/context";
import type { PreviewedFields } from "../../values/unknown";
import { readForPlan } from "../access";
import { type Decision, decide } from "./decide";
import type { PrimarySandboxKeyInputs, PrimarySandboxKeyState } from "./fields";

interface Question {
  readonly state: PrimarySandboxKeyState;
  readonly inputs: PreviewedFields<PrimarySandboxKeyInputs>;
}

/** Decides for a plan, on what the workspace shows, as far as a plan may read it and gets a response. */
export async function plan(context: Context, question: Question): Promise<Decision> {
  const { client, keys } = context;
  const live = await readForPlan(context, async () => {
    await client.requireWorkspaceId(question.state.workspaceId);
    return keys.primary();
  });
  return decideOn(context, question, live);
}

/** Decides for an update, which needs to know the key unless it rotates it. */
export async function decideAnew(context: Context, question: Question): Promise<Decision> {
  const decision = await plan(context, question);
  return decision.action === "rotate" ? decision : decideOn(context, question, await context.keys.primary());
}

function decideOn(context: Context, { state, inputs }: Question, live: Key | "not read"): Decision {
  const hidesIncident = context.isSecretInput("compromised");
  return decide({ state, inputs, live, now: context.clock.now, hidesIncident });
}
