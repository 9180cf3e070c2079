import { DenchError } from "../../errors";
import type { Context } from "../../session/context";
import { ID, type PrimarySandboxKeyInputs, type PrimarySandboxKeyState, shownOf } from "./fields";
import { reveal } from "./reveal";

/** Reads the key if it is not in the state, for an import, a `.get(…)` or `pulumi do … read`. */
export async function adopt(
  context: Context,
  id: string,
): Promise<{ inputs: PrimarySandboxKeyInputs; state: PrimarySandboxKeyState }> {
  if (id !== ID) {
    throw new DenchError(
      "not_importable",
      `Could not import this key as a PrimarySandboxKey: the ID must be ${ID}. Import other keys as a GatewayKey.`,
    );
  }
  const workspace = await context.client.workspace();
  const live = shownOf(await context.keys.primary());
  return { inputs: {}, state: { workspaceId: workspace.id, ...live, key: await reveal(context, {}) } };
}
