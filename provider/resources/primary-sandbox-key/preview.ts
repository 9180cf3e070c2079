import type { Context } from "../../session/context";
import { type PreviewedFields, UNKNOWN } from "../../values/unknown";
import { checkAccess } from "../access";
import type { PreviewOf } from "../handler";
import type { Identity } from "./decide";
import { outputsOf, type PrimarySandboxKeyInputs, type PrimarySandboxKeyState } from "./fields";
import { plan } from "./observe";

/** What a preview cannot know of a key that is yet to be rotated, or read. */
const OF_ANOTHER_KEY = {
  keyId: UNKNOWN,
  prefix: UNKNOWN,
  last4: UNKNOWN,
  createdAt: UNKNOWN,
} as const satisfies Record<keyof Identity, typeof UNKNOWN>;

/** What create, or with a state update, would return. */
export async function preview(
  context: Context,
  { inputs, state }: { inputs: PreviewedFields<PrimarySandboxKeyInputs>; state?: PrimarySandboxKeyState },
): Promise<PreviewOf<PrimarySandboxKeyState>> {
  if (!state) {
    await checkAccess(context);
    const value = inputs.reveal === false ? undefined : UNKNOWN;
    return { ...OF_ANOTHER_KEY, scopes: UNKNOWN, workspaceId: UNKNOWN, ...inputs, key: value };
  }
  const { action, value } = await plan(context, { state, inputs });
  const changed = action === "keep" ? {} : OF_ANOTHER_KEY;
  return { ...outputsOf(state), ...changed, ...inputs, key: value };
}
