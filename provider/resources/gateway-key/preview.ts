import { timestamp } from "../../duration";
import { type PreviewedFields, UNKNOWN } from "../../unknown";
import type { Context, PreviewOf } from "../handler";
import type { GatewayKeyInputs, GatewayKeyState } from "./data";
import { isDead, UNKNOWN_END } from "./decision";
import { decideNow } from "./situation";

/** What a preview cannot know of a value that is yet to be made. */
const OF_A_NEW_VALUE = {
  key: UNKNOWN,
  keyId: UNKNOWN,
  prefix: UNKNOWN,
  last4: UNKNOWN,
  status: UNKNOWN,
  createdAt: UNKNOWN,
  createdBy: UNKNOWN,
} as const;

/** In a preview, what is left out counts as not known, and null as nothing. */
const NO_INPUTS = {
  scopes: null,
  rotation: null,
  compromised: null,
  keepIfUsedWithin: null,
  waitUntilReady: null,
} as const;
const NO_PREVIOUS = { previousKey: null, previousKeyId: null, previousKeyRevokeAt: null } as const;

type Preview = PreviewOf<GatewayKeyState>;

/** What create, or with a state update, would answer. */
export async function preview(
  context: Context,
  { inputs, state }: { inputs: PreviewedFields<GatewayKeyInputs>; state?: GatewayKeyState },
): Promise<Preview> {
  const applied = { ...NO_INPUTS, ...inputs };
  if (!state) return { ...OF_A_NEW_VALUE, workspaceId: UNKNOWN, ...NO_PREVIOUS, revokePending: null, ...applied };

  const { value, endPrevious, reasons, previousUntil } = await decideNow(context, state, inputs);
  const until: Preview =
    state.previousKeyId === undefined || previousUntil === undefined
      ? {}
      : { previousKeyRevokeAt: previousUntil === UNKNOWN_END ? UNKNOWN : timestamp(previousUntil) };
  const before: Preview = { key: null, ...NO_PREVIOUS, ...state, ...until, ...applied, revokePending: null };
  const after = endPrevious || value === "end" ? { ...before, ...NO_PREVIOUS } : before;
  if (value === "keep") return after;
  if (value !== "overlap" || isDead(reasons)) return { ...after, ...OF_A_NEW_VALUE };
  const previous: Preview = {
    previousKey: state.key ?? null,
    previousKeyId: state.keyId,
    previousKeyRevokeAt: UNKNOWN,
  };
  return { ...after, ...OF_A_NEW_VALUE, ...previous };
}
