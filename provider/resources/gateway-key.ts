import { autoname } from "../autoname";
import { timestamp } from "../duration";
import { problemsOf } from "../problems";
import { adopt } from "./gateway-key/adoption";
import { GatewayKeyInputs, GatewayKeyState, shown } from "./gateway-key/data";
import { usedWithin } from "./gateway-key/decision";
import { endKeys, endPrevious, inUse } from "./gateway-key/ending";
import { listing } from "./gateway-key/listing";
import { makeKey, tellOfOrphans } from "./gateway-key/making";
import { preview } from "./gateway-key/preview";
import { mustWait, rotate } from "./gateway-key/rotating";
import { decideNow } from "./gateway-key/situation";
import { type Context, defineResource, type Fields } from "./handler";
import { readinessProblems, requireReadiness } from "./readiness";

type Inputs = GatewayKeyInputs;
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
      if (state) hold(context, state);
      const name = news["name"] ?? context.run.name(context.urn, () => state?.name ?? nameOf(olds) ?? autoname(naming));
      const inputs = name === undefined ? news : { ...news, name };
      return { inputs, problems: [...problemsOf(GatewayKeyInputs, inputs), ...readinessProblems(context, inputs)] };
    },

    async diff(context, { state, inputs }) {
      hold(context, state);
      const decision = await decideNow(context, state, inputs);
      await tellOfOrphans(context, state.keyId);
      if (decision.value === "replace" && inputs.keepIfUsedWithin === undefined) context.run.release(state.keyId);
      for (const { severity, text } of decision.notes) {
        if (context.run.isNew(`${context.urn} ${text}`)) context.log(severity, text);
      }
      if (decision.refusal) throw decision.refusal;
      return decision.differences;
    },

    preview,

    async create(context, { inputs }) {
      // Asked first: the answer belongs to the state, and a failure here leaves no key behind.
      const { workspace } = await context.client.status();
      const replaced = context.run.currentKeyOf(context.urn);
      if (replaced) {
        await context.client.requireWorkspaceId(replaced.workspaceId);
        await context.keys.requireNotOwn(replaced.keyId);
      }
      const { key, ...made } = await makeKey(context, inputs);
      const state = { ...inputs, key, workspaceId: workspace.id, ...shown(made) };
      await requireReadiness(context, made.id, state, "made");
      return { id: made.id, state };
    },

    async read(context, { id, inputs, state }) {
      if (!state) return adopt(context, id);
      hold(context, state);
      const { keys } = context;
      const key = await keys.find(state.keyId, state.workspaceId);
      if (key) return { inputs, state: { ...state, ...shown(key) } };
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
      const decision = await decideNow(context, state, inputs);
      if (decision.refusal) throw decision.refusal;
      const isWrite = decision.value !== "keep" || decision.endPrevious || state.revokePending !== undefined;
      // A token of another workspace must not make a key there.
      if (isWrite) await context.client.requireWorkspaceId(state.workspaceId);

      let next: State = { ...outputsOf(state), ...inputs };
      let hasNewValue = decision.value !== "keep";
      if (decision.endPrevious) {
        const { state: ended, heldSince } = await endPrevious(context, next, inputs.keepIfUsedWithin);
        next = ended;
        // It was used since the plan was made, or the plan could not know.
        if (heldSince !== undefined) hasNewValue &&= !mustWait(context, decision, next, heldSince);
      } else if (next.previousKeyId !== undefined && decision.previousUntil !== undefined) {
        next = { ...next, previousKeyRevokeAt: timestamp(decision.previousUntil) };
      }

      const ending = [...(state.revokePending ?? [])];
      if (hasNewValue) {
        const rotated = await rotate(context, next, decision);
        next = rotated.state;
        ending.push(...rotated.ending);
      }
      next = await endKeys(context, id, next, ending);
      // With nothing else to do, the engine calls for what an earlier run left to do.
      const isContinued = decision.differences.every(({ path }) => path === "revokePending");
      if (hasNewValue || isContinued) await requireReadiness(context, id, next, "rotated");
      return next;
    },

    async delete(context, { state }) {
      const { keys, run, now } = context;
      const { keyId, previousKeyId, revokePending = [], keepIfUsedWithin, waitUntilReady, workspaceId } = state;
      const kept = previousKeyId === undefined ? [keyId] : [previousKeyId, keyId];
      if (keepIfUsedWithin !== undefined && !run.isReleased(keyId)) {
        for (const id of kept) {
          const key = await keys.reread(id, workspaceId);
          const usedAt = key && usedWithin(key, keepIfUsedWithin, now, waitUntilReady);
          if (usedAt !== undefined) throw inUse(id, usedAt);
        }
      }
      for (const id of [...revokePending, ...kept]) await keys.revoke(id, workspaceId);
    },
  },
);

function hold({ run, urn }: Context, state: State): void {
  for (const id of otherKeys(state)) run.holdBeside(urn, id);
  run.hold(urn, state);
}

/** The keys of a resource beside its current one. */
function otherKeys({ previousKeyId, revokePending = [] }: State): string[] {
  return [...revokePending, ...(previousKeyId === undefined ? [] : [previousKeyId])];
}

function nameOf(inputs: Fields): string | undefined {
  return typeof inputs["name"] === "string" ? inputs["name"] : undefined;
}

/** A state without the inputs as applied. */
function outputsOf(state: State): Omit<State, keyof Inputs> {
  const {
    name: _n,
    scopes: _s,
    rotation: _r,
    compromised: _c,
    keepIfUsedWithin: _k,
    waitUntilReady: _w,
    ...outputs
  } = state;
  return outputs;
}
