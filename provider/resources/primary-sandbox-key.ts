import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { Key } from "../../contract/port";
import { causeText, DenchError, hasCode, NotInitialisedError } from "../errors";
import type { Context } from "../session/context";
import { changesBetween, type Difference } from "../values/differences";
import { timestamp } from "../values/duration";
import { problemsOf } from "../values/problems";
import { shown } from "../values/shown";
import { type PreviewedFields, UNKNOWN } from "../values/unknown";
import { checkAccess, readForPlan } from "./access";
import { defineResource, type PreviewOf } from "./handler";
import { readinessProblems, requireReadiness } from "./readiness";
import { passingProviderId, requestIdFor } from "./request-id";
import {
  After,
  changedTriggers,
  incident,
  pathOf,
  type Reason,
  Triggers,
  tooOld,
  withTextCauses,
  wordsOf,
} from "./rotation";

const ID = "primary";

const Inputs = z
  .strictObject({
    reveal: z
      .boolean("must be true or false")
      .optional()
      .describe(
        "Whether the value is asked for and kept, encrypted, in the state; only an admin's token may. Each asking is recorded in the workspace. Default: true. Changing it to `false` drops the value from the state, back to `true` asks for it.",
      ),
    rotation: z
      .strictObject({
        triggers: Triggers.optional().describe(
          "Values by a name of yours. Changing one rotates the key; adding or removing one does not. Default: none.",
        ),
        after: After.optional().describe(
          "Age, e.g. `90d`, from which on an update rotates the key (less a hundredth, at most an hour). Default: never. Changing it calls nothing, unless the key is older than that already.",
        ),
      })
      .meta({
        id: "PrimaryKeyRotation",
        description: "When a `PrimarySandboxKey` gets a new value. The old one ends at once.",
      })
      .optional()
      .describe("When the key gets a new value. Default: only when something else asks for it."),
    compromised: z
      .string("must be a string")
      .optional()
      .describe(
        "Names an incident. Setting it, or changing it to another value, rotates the key now. Present from the beginning, or emptied, it does nothing. Default: none.",
      ),
    waitUntilReady: z
      .boolean("must be true or false")
      .optional()
      .describe(
        "Whether to wait until the data plane takes a new value, at most a minute or the resource's `customTimeouts`. Needs `reveal`, and the provider's `gatewayUrl`. Default: false. Changing it calls nothing.",
      ),
  })
  .superRefine(({ reveal, waitUntilReady }, context) => {
    if (!waitUntilReady || reveal !== false) return;
    context.addIssue({
      code: "custom",
      path: ["waitUntilReady"],
      message: "needs reveal: a value that is not known cannot be tried",
    });
  });
type Inputs = z.infer<typeof Inputs>;

const State = z.object({
  reveal: z.boolean().optional().describe("As applied."),
  rotation: z
    .object({ triggers: z.record(z.string(), z.string()).optional(), after: z.string().optional() })
    .meta({ id: "PrimaryKeyRotation" })
    .optional()
    .describe("As applied."),
  compromised: z.string().optional().describe("The last incident."),
  waitUntilReady: z.boolean().optional().describe("As applied."),
  key: z.string().optional().meta({
    description: "The value, to be sent as a bearer token. Secret. Absent without `reveal`.",
    secret: true,
    requiredInSdks: true,
  }),
  keyId: z.string().describe("Id of the key. Safe to show; changes exactly when the value does."),
  workspaceId: z.string().describe("Id of the workspace that the key belongs to."),
  prefix: z.string().describe("The visible start of the value."),
  last4: z.string().describe("The last four characters of the value."),
  scopes: z.array(z.string()).describe("What the key may do."),
  createdAt: z.string().describe("When the value was made, in RFC 3339."),
});
type State = z.infer<typeof State>;

export const primarySandboxKey = defineResource(
  {
    token: "dench:index:PrimarySandboxKey",
    description:
      "The primary sandbox key that every workspace has. Creating this resource takes the key over as it is; deleting it forgets the key and leaves it alone. It is rotated in place, and its old value ends at once.",
    inputs: Inputs,
    state: State,
  },
  {
    check(context, { news }) {
      context.run.endRefresh(context.urn);
      const inputs = withTextCauses(news);
      return { inputs, problems: [...problemsOf(Inputs, inputs), ...readinessProblems(context, inputs)] };
    },

    async diff(context, { state, inputs }) {
      const { reasons, live } = await observe(context, state, inputs);
      const changes = changesBetween(appliedInputs(state), inputs);
      const causes = reasons.map(pathOf).filter((path) => !changes.some((change) => change.path === path));
      const differences: Difference[] = [
        ...changes.map((change) => ({ ...change, replace: false })),
        ...causes.map((path) => ({ path, kind: "update" as const, replace: false })),
      ];
      const isOther = live !== undefined && !isSame(live, state);
      if (isOther) differences.push({ path: "keyId", kind: "update", replace: false });
      else if (wantsValue(state, inputs)) differences.push({ path: "key", kind: "add", replace: false });

      if (context.run.isRefreshing(context.urn)) return differences;
      const old = `${shown(state.keyId)} (…${shown(state.last4)})`;
      if (reasons.length > 0) {
        say(context, `${reasons.map(wordsOf).join(" and ")}: rotates the key, which revokes ${old} now`);
      } else if (isOther) {
        say(context, `rotated outside of this program: ${shown(live.id)} (…${shown(live.last4)}) replaces ${old}`);
      }
      return differences;
    },

    async preview(context, { state, inputs }): Promise<PreviewOf<State>> {
      const value = inputs.reveal === false ? undefined : UNKNOWN;
      if (!state) {
        await checkAccess(context);
        return { ...OF_ANOTHER_KEY, scopes: UNKNOWN, workspaceId: UNKNOWN, ...inputs, key: value };
      }
      const { reasons, live } = await observe(context, state, inputs);
      const isOther = reasons.length > 0 || (live !== undefined && !isSame(live, state));
      const applied = { ...state, ...NO_INPUTS, ...inputs };
      if (isOther) return { ...applied, ...OF_ANOTHER_KEY, key: value };
      return { ...applied, key: inputs.reveal === false ? undefined : (state.key ?? UNKNOWN) };
    },

    /** Takes the key over as it is. */
    async create(context, { inputs }) {
      const workspace = await context.client.workspace();
      const live = await context.keys.primary();
      const state = { ...inputs, workspaceId: workspace.id, ...shownOf(live), ...(await revealed(context, inputs)) };
      await requireReadiness(context, ID, state, "made");
      return { id: ID, state };
    },

    async read(context, { id, inputs, state }) {
      if (!state) return adopt(context, id);
      context.run.beginRefresh(context.urn);
      await context.client.requireWorkspaceId(state.workspaceId);
      const live = await context.keys.primary();
      const value = isSame(live, state) ? { key: state.key } : await revealed(context, state);
      const { key: _before, ...rest } = state;
      return { inputs, state: { ...rest, ...shownOf(live), ...value } };
    },

    async update(context, { state, inputs }) {
      await context.client.requireWorkspaceId(state.workspaceId);
      const { reasons, live: seen } = await observe(context, state, inputs);
      const isIncident = reasons.some(({ kind }) => kind === "compromised");
      // An incident is about the key that lives: one that an interrupted run created may have leaked too.
      const replaced = isIncident && seen ? shownOf(seen) : state;
      const live = reasons.length > 0 ? await rotate(context, replaced) : await context.keys.primary();
      const isKept = isSame(live, state) && inputs.reveal !== false && state.key !== undefined;
      let next: State = {
        ...inputs,
        workspaceId: state.workspaceId,
        ...shownOf(live),
        ...(isKept ? { key: state.key } : {}),
      };
      if (next.key === undefined) next = { ...next, ...(await revealedAfter(context, inputs, next)) };
      await requireReadiness(context, ID, next, "rotated");
      return next;
    },

    async delete({ log }) {
      log(
        "warning",
        "The primary sandbox key is removed from the state alone: it still works, since it cannot be deleted.",
      );
    },
  },
);

const OF_ANOTHER_KEY = { keyId: UNKNOWN, prefix: UNKNOWN, last4: UNKNOWN, createdAt: UNKNOWN } as const;
const NO_INPUTS = {
  reveal: undefined,
  rotation: undefined,
  compromised: undefined,
  waitUntilReady: undefined,
} as const;

/** What tells one value of the primary key from another. A server may keep the ID when it rotates the key. */
type Identity = Pick<State, "keyId" | "prefix" | "last4" | "createdAt">;

function isSame(live: Key, { keyId, prefix, last4, createdAt }: Identity): boolean {
  return isDeepStrictEqual(identityOf(shownOf(live)), { keyId, prefix, last4, createdAt });
}

function identityOf({ keyId, prefix, last4, createdAt }: Identity): Identity {
  return { keyId, prefix, last4, createdAt };
}

/** The key as the workspace shows it, as far as a plan may read it and gets a response, and why it is rotated. */
async function observe(
  context: Context,
  state: State,
  inputs: PreviewedFields<Inputs>,
): Promise<{ reasons: Reason[]; live: Key | undefined }> {
  const { keys, client, clock } = context;
  const seen = await readForPlan(context, async () => {
    await client.requireWorkspaceId(state.workspaceId);
    return keys.primary();
  });
  const live = seen === "not read" ? undefined : seen;
  const createdAt = live ? timestamp(live.createdAt) : state.createdAt;
  const reasons = [
    ...incident(state, inputs, context.isSecretInput("compromised")),
    ...changedTriggers(state, inputs),
    ...tooOld(inputs, createdAt, clock.now),
  ];
  return { reasons, live };
}

/**
 * Rotates once, even where an interrupted run did so before: the request ID follows from the key that is replaced. After an
 * unknown outcome, the key itself says whether it was rotated.
 */
async function rotate({ client, keys, providerId, log }: Context, replaced: Identity): Promise<Key> {
  if (await keys.isOwn(replaced.keyId)) {
    log(
      "warning",
      `This provider is logged in with the very key that is rotated: its token is revoked with it. The next run needs the new value, from Settings → API Keys, where this one came from: ${client.tokenSource}.`,
    );
  }
  const requestId = requestIdFor(providerId ?? passingProviderId(), JSON.stringify(identityOf(replaced)));
  const rotated = await keys.rotatePrimary(requestId).catch(async (error: unknown) => {
    if (!(error instanceof DenchError) || !error.mayBeDone) throw error;
    const live = await keys.rereadPrimary().catch(() => undefined);
    if (live === undefined || isSame(live, replaced)) throw error;
    return live;
  });
  if (isSame(rotated, replaced)) {
    throw new DenchError(
      "unexpected_answer",
      "Could not rotate the primary sandbox key: the server responded with the key as it was before. Check the key at Settings → API Keys, then run again.",
    );
  }
  // An earlier run may have created it, and someone may have rotated it since.
  return rotated.status === "active" ? rotated : keys.rereadPrimary();
}

async function revealed({ client, keys }: Context, { reveal }: Inputs): Promise<{ key?: string }> {
  if (reveal === false) return {};
  const [{ keyId, value }, known] = [await client.revealPrimary(), await keys.primary()];
  if (keyId === known.id) return { key: value };
  throw new DenchError("unexpected_answer", "The primary sandbox key was rotated in this very moment. Run again.");
}

/** The value of a key that may just have been rotated: a failure must not forget that. */
async function revealedAfter(context: Context, inputs: Inputs, next: State): Promise<{ key?: string }> {
  try {
    return await revealed(context, inputs);
  } catch (error) {
    const own = hasCode(error, "unauthorized")
      ? ` If this provider was logged in with the very key that was rotated, its token has died with it: reveal the new value at Settings → API Keys and put it where the token came from, ${context.client.tokenSource}.`
      : "";
    throw new NotInitialisedError(
      ID,
      next,
      `The primary sandbox key is ${shown(next.keyId)} now, but its value could not be revealed; the next update tries again.${own} ${causeText(error)}`,
    );
  }
}

async function adopt(context: Context, id: string): Promise<{ inputs: Inputs; state: State }> {
  if (id !== ID) {
    throw new DenchError(
      "not_importable",
      `Could not import this key as a PrimarySandboxKey: the only one there is has the id ${ID}. Import other keys as a GatewayKey.`,
    );
  }
  const workspace = await context.client.workspace();
  const live = shownOf(await context.keys.primary());
  const state = { workspaceId: workspace.id, ...live, ...(await revealed(context, {})) };
  return { inputs: {}, state };
}

function say({ run, urn, log }: Context, text: string): void {
  if (run.isNew(`${urn} ${text}`)) log("info", text);
}

function wantsValue(state: State, inputs: PreviewedFields<Inputs>): boolean {
  return inputs.reveal !== false && state.key === undefined && state.reveal !== false;
}

function appliedInputs({ reveal, rotation, compromised, waitUntilReady }: State): Inputs {
  return { reveal, rotation, compromised, waitUntilReady };
}

function shownOf(key: Key) {
  return {
    keyId: key.id,
    prefix: key.prefix,
    last4: key.last4,
    scopes: [...key.scopes],
    createdAt: timestamp(key.createdAt),
  };
}
