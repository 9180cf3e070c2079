import type { Context } from "../../session/context";
import { timestamp } from "../../values/duration";
import { type PreviewedFields, UNKNOWN } from "../../values/unknown";
import { checkAccess } from "../access";
import type { PreviewOf } from "../handler";
import { isDead } from "./decide";
import { type GatewayKeyInputs, type GatewayKeyState, outputsOf, type shownOf } from "./fields";
import { plan } from "./observe";

/** What a preview cannot know of a value that is yet to be created. */
const OF_A_NEW_VALUE = {
  key: UNKNOWN,
  keyId: UNKNOWN,
  prefix: UNKNOWN,
  last4: UNKNOWN,
  status: UNKNOWN,
  createdAt: UNKNOWN,
  createdBy: UNKNOWN,
} as const satisfies Record<"key" | keyof ReturnType<typeof shownOf>, typeof UNKNOWN>;

const NO_PREVIOUS = { previousKey: undefined, previousKeyId: undefined, previousKeyRevokeAt: undefined } as const;

type Preview = PreviewOf<GatewayKeyState>;

/** What create, or with a state update, would return. */
export async function preview(
  context: Context,
  { inputs, state }: { inputs: PreviewedFields<GatewayKeyInputs>; state?: GatewayKeyState },
): Promise<Preview> {
  if (!state) {
    await checkAccess(context);
    return { ...OF_A_NEW_VALUE, workspaceId: UNKNOWN, ...inputs };
  }
  const { value, endPrevious, reasons, previousUntil } = await plan(context, { state, inputs });
  const until: Preview =
    state.previousKeyId === undefined || previousUntil === undefined
      ? {}
      : { previousKeyRevokeAt: previousUntil === UNKNOWN ? UNKNOWN : timestamp(previousUntil) };
  const before: Preview = { ...outputsOf(state), ...until, ...inputs, revokePending: undefined };
  const after = endPrevious || value === "end" ? { ...before, ...NO_PREVIOUS } : before;
  if (value === "keep") return after;
  if (value !== "overlap" || isDead(reasons)) return { ...after, ...OF_A_NEW_VALUE };
  const previous: Preview = {
    previousKey: state.key,
    previousKeyId: state.keyId,
    previousKeyRevokeAt: UNKNOWN,
  };
  return { ...after, ...OF_A_NEW_VALUE, ...previous };
}
