import { autoname } from "../../autoname";
import type { Context, Fields } from "../../session/context";
import { timestamp } from "../../values/duration";
import { asText } from "../../values/number-like-text";
import { problemsOf } from "../../values/problems";
import { defineResource } from "../handler";
import { readinessProblems, requireReadiness } from "../readiness";
import { withTextCauses } from "../rotation";
import { makeKey, warnAboutOrphans } from "./create";
import { usedWithin } from "./decide";
import { GatewayKeyInputs, GatewayKeyState, outputsOf, shownOf } from "./fields";
import { adopt } from "./import";
import { listing } from "./list";
import { decideForUpdate, isSameValue, plan } from "./observe";
import { keysRevokedBy, refuseOwnInPlan } from "./own-key";
import { preview } from "./preview";
import { keyInUseError, revoke, revokeAll, revokePrevious } from "./revoke";
import { rotate } from "./rotate";
import { warnAboutScopes } from "./scopes";

type State = GatewayKeyState;

export const gatewayKey = defineResource(
  {
    token: "dench:index:GatewayKey",
    description:
      "An additional gateway key of a Dench workspace. Its value is made with it, stands encrypted in the stack's state, and opens the workspace's gateway until the key is revoked: when it is removed from the program, rotated, replaced or destroyed.\n\nOn the command line, `pulumi do` prints the value only with `--show-secrets`. Without it, nobody will ever see the value of a key that is made with `--stateless`.",
    inputs: GatewayKeyInputs,
    state: GatewayKeyState,
    listing,
  },
  {
    check(context, { news, olds, state, naming }) {
      context.run.endRefresh(context.urn);
      if (state) hold(context, state);
      const automatic = () => state?.name ?? nameOf(olds) ?? autoname(naming);
      const name = asText(news["name"] ?? context.run.name(context.urn, automatic));
      const inputs = withTextCauses(name === undefined ? news : { ...news, name });
      warnAboutScopes(context, inputs["scopes"]);
      return { inputs, problems: [...problemsOf(GatewayKeyInputs, inputs), ...readinessProblems(context, inputs)] };
    },

    async diff(context, { state, inputs }) {
      hold(context, state);
      const decision = await plan(context, { state, inputs });
      if (context.run.isRefreshing(context.urn)) return decision.differences;
      warnAboutOrphans(context, state.keyId);
      if (decision.value === "replace") {
        context.run.holders.letGoAll(context.urn);
        if (inputs.keepIfUsedWithin === undefined) context.run.holders.release(state.keyId);
      }
      for (const { severity, text } of decision.notes) context.logOnce(severity, text);
      if (decision.refusal) throw decision.refusal;
      await refuseOwnInPlan(context, state, decision);
      return decision.differences;
    },

    preview,

    async create(context, { inputs }) {
      // Asked first: the answer belongs to the state, and a failure here leaves no key behind.
      const workspace = await context.client.workspace();
      const replaced = context.run.holders.currentKeyOf(context.urn);
      if (replaced) {
        await context.client.requireWorkspaceId(replaced.workspaceId);
        await context.keys.requireNotOwn(replaced.keyId);
        context.run.holders.letGoAll(context.urn);
      }
      const { key, value } = await makeKey(context, inputs);
      const state = { ...inputs, key: value, workspaceId: workspace.id, ...shownOf(key) };
      await requireReadiness(context, key.id, state, "created");
      return { id: key.id, state };
    },

    async read(context, { id, inputs, state }) {
      const { keys, run, urn } = context;
      if (!state) {
        const adopted = await adopt(context, id);
        hold(context, adopted.state);
        return adopted;
      }
      run.beginRefresh(urn);
      hold(context, state);
      const key = await keys.find(state.keyId, state.workspaceId);
      // The value in the state is another key's than the one that the workspace shows: to take that over would hide it.
      if (key?.status === "active" && !isSameValue(key, state))
        return { inputs, state: { ...state, status: "changed" } };
      if (key) return { inputs, state: { ...state, ...shownOf(key) } };
      for (const other of otherKeys(state)) {
        // To forget this one would be to forget a key that lives.
        const found = await keys.find(other, state.workspaceId);
        if (found?.status === "active") return { inputs, state: { ...state, status: "missing" } };
      }
      return undefined;
    },

    /** Does the right thing even where diff would have asked for a replacement: then in place, the old key last. */
    async update(context, { id, state, inputs }) {
      hold(context, state);
      const decision = await decideForUpdate(context, { state, inputs });
      if (decision.refusal) throw decision.refusal;
      for (const { severity, text } of decision.notes) if (severity === "warning") context.logOnce(severity, text);
      const isWrite = decision.value !== "keep" || decision.endPrevious || state.revokePending !== undefined;
      // A token of another workspace must not make a key there.
      if (isWrite) await context.client.requireWorkspaceId(state.workspaceId);
      await context.keys.requireNotOwn(...keysRevokedBy(decision, state));

      let next: State = { ...outputsOf(state), ...inputs };
      const hasNewValue = decision.value !== "keep";
      if (decision.endPrevious) next = await revokePrevious(context, next);
      else if (next.previousKeyId !== undefined && typeof decision.previousUntil === "number") {
        next = { ...next, previousKeyRevokeAt: timestamp(decision.previousUntil) };
      }

      const ending = [...(state.revokePending ?? [])];
      if (hasNewValue) {
        const rotated = await rotate(context, next, decision);
        next = rotated.state;
        ending.push(...rotated.toRevoke);
      }
      next = await revokeAll(context, id, next, ending);
      // With nothing else to do, the engine calls for what an earlier run left to do.
      const isContinued = decision.differences.every(({ path }) => path === "revokePending");
      if (hasNewValue || isContinued) await requireReadiness(context, id, next, "rotated");
      return next;
    },

    async delete(context, { state }) {
      const { keys, run, clock, urn } = context;
      const { keyId, previousKeyId, revokePending = [], keepIfUsedWithin, waitUntilReady, workspaceId } = state;
      const kept = previousKeyId === undefined ? [keyId] : [previousKeyId, keyId];
      if (keepIfUsedWithin !== undefined && !run.holders.isReleased(keyId)) {
        for (const id of kept.filter((id) => run.holders.of(id, urn) === undefined)) {
          const key = await keys.reread(id, workspaceId);
          const usedAt = key && usedWithin(key, keepIfUsedWithin, clock.now, waitUntilReady);
          if (usedAt !== undefined) throw keyInUseError(id, usedAt);
        }
      }
      const ending = [...revokePending, ...kept];
      await keys.requireNotOwn(...ending);
      for (const id of ending) await revoke(context, id, workspaceId);
    },
  },
);

function hold({ run, urn }: Context, state: State): void {
  for (const id of otherKeys(state)) run.holders.holdBeside(urn, id);
  run.holders.hold(urn, state);
}

/** The keys of a resource beside its current one. */
function otherKeys({ previousKeyId, revokePending = [] }: State): string[] {
  return [...revokePending, ...(previousKeyId === undefined ? [] : [previousKeyId])];
}

function nameOf(inputs: Fields): string | undefined {
  return typeof inputs["name"] === "string" ? inputs["name"] : undefined;
}
