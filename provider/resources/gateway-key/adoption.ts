import { DenchError } from "../../errors";
import type { Context } from "../handler";
import { type GatewayKeyInputs, type GatewayKeyState, shownOf } from "./data";

/** Takes over a key that is there already. Its value cannot be had any more; the user may know it. */
export async function adopt(
  { client, importKey, log }: Context,
  id: string,
): Promise<{ inputs: GatewayKeyInputs; state: GatewayKeyState }> {
  const [key, { workspace }] = await Promise.all([client.getKey(id), client.status()]);
  if (key.kind === "primary") {
    throw new DenchError(
      "not_importable",
      "Could not import this key as a GatewayKey: it is the primary sandbox key. Import it as a PrimarySandboxKey, with the id primary.",
    );
  }
  if (key.status !== "active") {
    throw new DenchError(
      "not_importable",
      `Could not import this key: its status is ${key.status}, and that is for ever. Make a new one instead.`,
    );
  }
  const isValue = importKey?.startsWith(key.prefix) && importKey.endsWith(key.last4);
  if (!isValue) {
    log(
      "warning",
      `The key ${id} is taken over without its value, which is shown once, when a key is made. ${importKey === undefined ? "Set DENCH_IMPORT_KEY to the value if you have it; else" : "DENCH_IMPORT_KEY is another key's value. Set it to this one's if you have it; else"} change a rotation trigger, or compromised, for a new one.`,
    );
  }
  const inputs = { name: key.name, scopes: key.scopes };
  const value = isValue ? { key: importKey } : {};
  return { inputs, state: { ...inputs, ...value, workspaceId: workspace.id, ...shownOf(key) } };
}
