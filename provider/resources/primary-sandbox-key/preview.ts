import type { Context } from "../../session/context";
import { type PreviewedFields, UNKNOWN } from "../../values/unknown";
import { checkAccess } from "../access";
import type { PreviewOf } from "../handler";
import type { Identity } from "./decide";
import { outputsOf, type PrimarySandboxKeyInputs, type PrimarySandboxKeyState } from "./fields";
import { plan } from "./observe";

/** The outputs of a key that is not rotated or read yet. */
const UNKNOWN_KEY = {
  keyId: UNKNOWN,
  prefix: UNKNOWN,
  last4: UNKNOWN,
  createdAt: UNKNOWN,
} as const satisfies Record<keyof Identity, typeof UNKNOWN>;

/** Returns what `create` would return, or `update` if there is a state. */
export async function preview(
  context: Context,
  { inputs, state }: { inputs: PreviewedFields<PrimarySandboxKeyInputs>; state?: PrimarySandboxKeyState },
): Promise<PreviewOf<PrimarySandboxKeyState>> {
  if (!state) {
    await checkAccess(context);
    const value = inputs.reveal === false ? undefined : UNKNOWN;
    return { ...UNKNOWN_KEY, scopes: UNKNOWN, workspaceId: UNKNOWN, ...inputs, key: value };
  }
  const { action, value } = await plan(context, { state, inputs });
  const changed = action === "keep" ? {} : UNKNOWN_KEY;
  return { ...outputsOf(state), ...changed, ...inputs, key: value };
}
