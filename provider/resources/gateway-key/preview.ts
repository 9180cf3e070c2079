import type { Context } from "../../session/context";
import { timestamp } from "../../values/duration";
import { type PreviewedFields, UNKNOWN } from "../../values/unknown";
import { checkAccess } from "../access";
import type { PreviewOf } from "../handler";
import { isInvalid } from "./decide";
import { type GatewayKeyInputs, type GatewayKeyState, outputsOf, type shownOf } from "./fields";
import { plan } from "./observe";

/** The outputs of a key that does not exist yet. */
const UNKNOWN_KEY = {
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

/** Returns what `create` would return, or `update` if there is a state. */
export async function preview(
  context: Context,
  { inputs, state }: { inputs: PreviewedFields<GatewayKeyInputs>; state?: GatewayKeyState },
): Promise<Preview> {
  if (!state) {
    await checkAccess(context);
    return { ...UNKNOWN_KEY, workspaceId: UNKNOWN, ...inputs };
  }
  const { value, revokesPrevious, reasons, previousUntil } = await plan(context, { state, inputs });
  const until: Preview =
    state.previousKeyId === undefined || previousUntil === undefined
      ? {}
      : { previousKeyRevokeAt: previousUntil === UNKNOWN ? UNKNOWN : timestamp(previousUntil) };
  const before: Preview = { ...outputsOf(state), ...until, ...inputs, revokePending: undefined };
  const after = revokesPrevious || value === "end" ? { ...before, ...NO_PREVIOUS } : before;
  if (value === "keep") return after;
  if (value !== "overlap" || isInvalid(reasons)) return { ...after, ...UNKNOWN_KEY };
  const previous: Preview = {
    previousKey: state.key,
    previousKeyId: state.keyId,
    previousKeyRevokeAt: UNKNOWN,
  };
  return { ...after, ...UNKNOWN_KEY, ...previous };
}
