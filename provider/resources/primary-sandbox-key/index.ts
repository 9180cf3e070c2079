import { problemsOf } from "../../values/problems";
import { UNKNOWN } from "../../values/unknown";
import { defineResource } from "../handler";
import { readinessProblems, requireReadiness } from "../readiness";
import { withTextCauses } from "../rotation";
import { isSame } from "./decide";
import { ID, PrimarySandboxKeyInputs, PrimarySandboxKeyState, shownOf } from "./fields";
import { adopt } from "./import";
import { decideForUpdate, plan } from "./observe";
import { preview } from "./preview";
import { reveal, revealForState } from "./reveal";
import { rotate } from "./rotate";

type State = PrimarySandboxKeyState;

export const primarySandboxKey = defineResource(
  {
    token: "dench:index:PrimarySandboxKey",
    description:
      "Manages the primary sandbox key that every workspace has. Creating this resource adopts the key as it is, and deleting it leaves the key unchanged. The key is rotated in place, and a rotation revokes the old key value immediately.",
    inputs: PrimarySandboxKeyInputs,
    state: PrimarySandboxKeyState,
  },
  {
    check(context, { news }) {
      context.run.endRefresh(context.urn);
      const inputs = withTextCauses(news);
      return {
        inputs,
        problems: [...problemsOf(PrimarySandboxKeyInputs, inputs), ...readinessProblems(context, inputs)],
      };
    },

    async diff(context, { state, inputs }) {
      const { differences, note } = await plan(context, { state, inputs });
      if (note !== undefined && !context.run.isRefreshing(context.urn)) context.logOnce("info", note);
      return differences;
    },

    preview,

    /** Adopts the key without a change. */
    async create(context, { inputs }) {
      const workspace = await context.client.workspace();
      const live = await context.keys.primary();
      const key = await reveal(context, inputs);
      const state = { ...inputs, workspaceId: workspace.id, ...shownOf(live), key };
      await requireReadiness(context, ID, state, "created");
      return { id: ID, state };
    },

    async read(context, { id, inputs, state }) {
      if (!state) return adopt(context, id);
      context.run.beginRefresh(context.urn);
      await context.client.requireWorkspaceId(state.workspaceId);
      const live = shownOf(await context.keys.primary());
      const key = isSame(live, state) ? state.key : await reveal(context, state);
      return { inputs, state: { ...state, ...live, key } };
    },

    async update(context, { state, inputs }) {
      await context.client.requireWorkspaceId(state.workspaceId);
      const { action, replaced, value } = await decideForUpdate(context, { state, inputs });
      const live = action === "rotate" ? await rotate(context, replaced) : await context.keys.primary();
      const applied: State = { ...inputs, workspaceId: state.workspaceId, ...shownOf(live) };
      const next = { ...applied, key: value === UNKNOWN ? await revealForState(context, applied) : value };
      await requireReadiness(context, ID, next, "rotated");
      return next;
    },

    async delete({ log }) {
      log(
        "warning",
        "The primary sandbox key is removed from the state only. It cannot be deleted, so it stays valid.",
      );
    },
  },
);
