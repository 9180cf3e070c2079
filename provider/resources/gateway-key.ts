import * as z from "zod";
import { type Key, KeyName, Scopes } from "../../contract";
import { autoname } from "../autoname";
import { DenchError } from "../errors";
import { problemsOf } from "../problems";
import { hasUnknown, type Previewed } from "../unknown";
import { type Context, type Difference, defineResource, type Fields } from "./handler";
import { makeKey, tellOfOrphans } from "./make-key";

const Inputs = z.strictObject({
  name: KeyName.describe(
    "Label of the key in the workspace, 1 to 200 characters; it need not be unique. Left out: made once from the resource's name, and kept. Changing it replaces the key.",
  ),
  scopes: Scopes.optional().describe(
    "What the key may do, e.g. models:read and chat:completions; order and repeats mean nothing. Left out: the workspace's default. Changing it replaces the key.",
  ),
});
type Inputs = z.infer<typeof Inputs>;

const State = z.object({
  name: z.string().describe("The name as applied."),
  scopes: z.array(z.string()).optional().describe("The scopes as applied; absent when none were given."),
  key: z
    .string()
    .optional()
    .describe("The value, to be sent as a bearer token. Secret. Absent only after an import, since it is shown once."),
  keyId: z.string().describe("Id of the key in the workspace. Safe to show; changes exactly when the value does."),
  workspaceId: z.string().describe("Id of the workspace that the key belongs to."),
  prefix: z.string().describe("The visible start of the value."),
  last4: z.string().describe("The last four characters of the value."),
  status: z.string().describe("active, revoked or missing, as the workspace said when it was last asked."),
  createdAt: z.string().describe("When the key was made, in RFC 3339."),
  createdBy: z.string().describe("Name of the member who made it."),
});
type State = z.infer<typeof State>;

export const gatewayKey = defineResource(
  {
    token: "dench:index:GatewayKey",
    description:
      "An additional gateway key of a Dench workspace. Its value is made with it, stands encrypted in the stack's state, and opens the workspace's gateway until the key is revoked: when it is removed from the program, replaced or destroyed.",
    inputs: Inputs,
    state: State,
    secrets: ["key"],
  },
  {
    check({ urn, run }, { news, olds, state, naming }) {
      if (state) run.hold(urn, state.keyId);
      const name = news["name"] ?? run.name(urn, () => state?.name ?? nameOf(olds) ?? autoname(naming));
      const inputs = name === undefined ? news : { ...news, name };
      return { inputs, problems: problemsOf(Inputs, inputs) };
    },

    async diff(context, { state, inputs }) {
      context.run.hold(context.urn, state.keyId);
      const differences: Difference[] = [];
      if (inputs.name !== state.name) differences.push({ path: "name", kind: "update", replace: true });
      if (!sameScopes(inputs.scopes, state.scopes)) {
        const kind = state.scopes === undefined ? "add" : inputs.scopes === undefined ? "delete" : "update";
        differences.push({ path: "scopes", kind, replace: true });
      }
      const status = await statusNow(context, state);
      if (status !== "active") {
        differences.push({ path: "status", kind: "update", replace: true });
        context.log("info", `key ${state.keyId} is ${status}, and not by this program: new key`);
      }
      return differences;
    },

    async create(context, { inputs }) {
      // Asked first: the answer belongs to the state, and a failure here leaves no key behind.
      const { workspace } = await context.client.status();
      const { key, ...made } = await makeKey(context, inputs);
      return { id: made.id, state: { ...inputs, key, workspaceId: workspace.id, ...shown(made) } };
    },

    async read(context, { id, inputs, state }) {
      if (!state) return adopt(context, id);
      context.run.hold(context.urn, state.keyId);
      const key = await context.keys.find(state.keyId, state.workspaceId);
      return key && { inputs, state: { ...state, ...shown(key) } };
    },

    async update(_context, { state, inputs }) {
      const { scopes: _before, ...rest } = state;
      return { ...rest, ...inputs };
    },

    async delete({ keys }, { state }) {
      await keys.revoke(state.keyId, state.workspaceId);
    },
  },
);

/** What the key is now: the state's word, unless a plan may ask and gets an answer. */
async function statusNow(context: Context, state: State): Promise<string> {
  if (state.status !== "active" || !context.driftCheck) return state.status;
  const { keys, run, log } = context;
  const sight = await keys.glimpse(state.keyId, state.workspaceId, (reason) =>
    log(
      "warning",
      `Whether keys were revoked elsewhere was not checked, so this plan is made from the state. ${reason}`,
    ),
  );
  await tellOfOrphans(context, state.keyId);
  // Looked at after the waits: meanwhile this run may have taken the key for one that no state holds.
  if (run.hasRevoked(state.keyId)) return "revoked";
  if (sight === "not asked") return state.status;
  return sight === "missing" ? sight : sight.key.status;
}

/** Takes over a key that is there already. Its value cannot be had any more. */
async function adopt({ client }: Context, id: string): Promise<{ inputs: Inputs; state: State }> {
  const [key, { workspace }] = await Promise.all([client.getKey(id), client.status()]);
  if (key.kind === "primary") {
    throw new DenchError(
      "not_importable",
      "Could not import this key: it is the primary sandbox key, not a gateway key.",
    );
  }
  if (key.status !== "active") {
    throw new DenchError(
      "not_importable",
      `Could not import this key: its status is ${key.status}. Make a new one instead.`,
    );
  }
  const inputs = { name: key.name, scopes: key.scopes };
  return { inputs, state: { ...inputs, workspaceId: workspace.id, ...shown(key) } };
}

/** What a state shows of a key beside the inputs. Usage and last use are not among it: they would make endless diffs. */
function shown(key: Key) {
  return {
    keyId: key.id,
    prefix: key.prefix,
    last4: key.last4,
    status: key.status,
    createdAt: new Date(key.createdAt).toISOString(),
    createdBy: key.createdBy.name,
  };
}

function nameOf(inputs: Fields): string | undefined {
  return typeof inputs["name"] === "string" ? inputs["name"] : undefined;
}

function sameScopes(a: Previewed<string[] | undefined>, b: readonly string[] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (typeof a === "symbol" || hasUnknown(a)) return false;
  const before = new Set<unknown>(b);
  const after = new Set<unknown>(a);
  return before.size === after.size && [...after].every((scope) => before.has(scope));
}
