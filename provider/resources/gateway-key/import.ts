import type { Key } from "../../../contract/port";
import { DenchError } from "../../errors";
import type { Context } from "../../session/context";
import { shown } from "../../values/shown";
import { type GatewayKeyInputs, type GatewayKeyState, keyFieldsOf, shownOf } from "./fields";

/** Reads a key that is not in the state, for an import, a `.get(…)` or `pulumi do … read`. A provider cannot tell them apart. */
export async function adopt(
  { client, importKey, log }: Context,
  id: string,
): Promise<{ inputs: GatewayKeyInputs; state: GatewayKeyState }> {
  const [key, workspace] = await Promise.all([client.get(id), client.workspace()]);
  if (key.kind === "primary") {
    throw new DenchError(
      "not_importable",
      "Could not read or import this key as a GatewayKey: it is the primary sandbox key. Import it as a PrimarySandboxKey, with the ID primary.",
    );
  }
  if (key.status !== "active") {
    throw new DenchError(
      "not_importable",
      `Could not read or import this key as a GatewayKey: its status is ${key.status === "revoked" ? "revoked" : "not active"}, and only an active key can be managed. Create a new one instead.`,
    );
  }
  // A value that is read from a file often ends with a line break.
  const given = importKey?.trim() || undefined;
  const value = given !== undefined && mayBeValueOf(key, given) ? { key: given } : {};
  if (value.key === undefined) log("warning", withoutValueText(id, given !== undefined));
  const inputs = keyFieldsOf(key);
  return { inputs, state: { ...inputs, ...value, workspaceId: workspace.id, ...shownOf(key) } };
}

/** Returns true if a text can be the value of the key. A copy of the masked value cannot. */
function mayBeValueOf({ prefix, last4 }: Key, text: string): boolean {
  const isMask = text.length <= prefix.length + last4.length || !/^[\x21-\x7e]+$/.test(text);
  return text.startsWith(prefix) && text.endsWith(last4) && !isMask;
}

function withoutValueText(id: string, isOther: boolean): string {
  const other = isOther ? ", and DENCH_IMPORT_KEY does not hold this value" : "";
  return `The value of the key ${shown(id)} is not available: Dench shows it once, when the key is created${other}. If you import the key and have its value, set DENCH_IMPORT_KEY to it for the import. Otherwise add a rotation trigger to the imported key, which creates a new value in place; with rotation.overlap the old value stays valid for that time.`;
}
