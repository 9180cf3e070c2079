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
      "Creates an additional gateway key in a Dench workspace. The key value is returned once, on creation, and stored encrypted in the stack state. The key is revoked when the resource is removed, replaced or destroyed.\n\nOn the command line, `pulumi do` prints the key value only with `--show-secrets`. Without that flag, the value of a key that is created with `--stateless` is lost.",
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
        context.run.holders.removeAll(context.urn);
        if (inputs.keepIfUsedWithin === undefined) context.run.holders.release(state.keyId);
      }
      for (const { severity, text } of decision.notes) context.logOnce(severity, text);
      if (decision.refusal) throw decision.refusal;
      await refuseOwnInPlan(context, state, decision);
      return decision.differences;
    },

    preview,

    async create(context, { inputs }) {
      // Read first, so that a failure here leaves no key behind.
      const workspace = await context.client.workspace();
      const replaced = context.run.holders.currentKeyOf(context.urn);
      if (replaced) {
        await context.client.requireWorkspaceId(replaced.workspaceId);
        await context.keys.requireNotOwn(replaced.keyId);
        context.run.holders.removeAll(context.urn);
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
      // The state has another key value than the workspace. Updating the state would hide that.
      if (key?.status === "active" && !isSameValue(key, state))
        return { inputs, state: { ...state, status: "changed" } };
      if (key) return { inputs, state: { ...state, ...shownOf(key) } };
      for (const other of otherKeys(state)) {
        // Removing the resource from the state would orphan this active key.
        const found = await keys.find(other, state.workspaceId);
        if (found?.status === "active") return { inputs, state: { ...state, status: "missing" } };
      }
      return undefined;
    },

    /** Rotates in place, and revokes the old key last, if the engine ignored the replacement that `diff` requires. */
    async update(context, { id, state, inputs }) {
      hold(context, state);
      const decision = await decideForUpdate(context, { state, inputs });
      if (decision.refusal) throw decision.refusal;
      for (const { severity, text } of decision.notes) if (severity === "warning") context.logOnce(severity, text);
      const isWrite = decision.value !== "keep" || decision.revokesPrevious || state.revokePending !== undefined;
      // A token of another workspace must not create a key there.
      if (isWrite) await context.client.requireWorkspaceId(state.workspaceId);
      await context.keys.requireNotOwn(...keysRevokedBy(decision, state));

      let next: State = { ...outputsOf(state), ...inputs };
      const hasNewValue = decision.value !== "keep";
      if (decision.revokesPrevious) next = await revokePrevious(context, next);
      else if (next.previousKeyId !== undefined && typeof decision.previousUntil === "number") {
        next = { ...next, previousKeyRevokeAt: timestamp(decision.previousUntil) };
      }

      const toRevoke = [...(state.revokePending ?? [])];
      if (hasNewValue) {
        const rotated = await rotate(context, next, decision);
        next = rotated.state;
        toRevoke.push(...rotated.toRevoke);
      }
      next = await revokeAll(context, id, next, toRevoke);
      // Without another difference, the update only completes an earlier run.
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
      const toRevoke = [...revokePending, ...kept];
      await keys.requireNotOwn(...toRevoke);
      for (const id of toRevoke) await revoke(context, id, workspaceId);
    },
  },
);

/** Registers the keys of a state as held by its resource. */
function hold({ run, urn }: Context, state: State): void {
  for (const id of otherKeys(state)) run.holders.holdAdditional(urn, id);
  run.holders.hold(urn, state);
}

/** Returns the IDs of the resource's keys other than the current one. */
function otherKeys({ previousKeyId, revokePending = [] }: State): string[] {
  return [...revokePending, ...(previousKeyId === undefined ? [] : [previousKeyId])];
}

function nameOf(inputs: Fields): string | undefined {
  return typeof inputs["name"] === "string" ? inputs["name"] : undefined;
}
