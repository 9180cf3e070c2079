import { DenchError } from "../../errors";
import type { Context } from "../../session/context";
import type { ImportedValue } from "../../session/import-values";
import { shown } from "../../values/shown";
import { type GatewayKeyInputs, type GatewayKeyState, keyFieldsOf, shownOf } from "./fields";

/** Reads a key that is not in the state, for an import, a `.get(…)` or `pulumi do … read`. A provider cannot tell them apart. */
export async function adopt(
  context: Context,
  id: string,
): Promise<{ inputs: GatewayKeyInputs; state: GatewayKeyState }> {
  const { client, importValues, keys } = context;
  // Read first, so that an unreadable file fails before any request.
  await importValues.all();
  const workspace = await client.workspace();
  // `get` throws the error about a missing key.
  const key = (await keys.find(id, workspace.id)) ?? (await client.get(id));
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
  const found = await importValues.valueOf(key);
  warnAboutValue(context, id, found);
  const value = "value" in found ? { key: found.value } : {};
  const inputs = keyFieldsOf(key);
  return { inputs, state: { ...inputs, ...value, workspaceId: workspace.id, ...shownOf(key) } };
}

/** Warns about a value that is missing or was not checked. What is the same for all keys is shown once per run. */
function warnAboutValue({ importValues: { source = "" }, log, run }: Context, id: string, found: ImportedValue): void {
  if (!("value" in found)) {
    const advice = run.isNew(ADVICE) ? ` ${ADVICE}` : "";
    log("warning", `The value of the key ${shown(id)} is not available: ${reasonOf(found, source)}.${advice}`);
  } else if (found.uncheckedBecause !== undefined && run.isNew("unchecked values")) {
    log(
      "warning",
      `The data plane could not check imported key values, so a value in ${source} is stored if it matches the visible parts of a key. ${found.uncheckedBecause}.`,
    );
  }
}

function reasonOf(found: Exclude<ImportedValue, { readonly value: string }>, source: string): string {
  switch (found.missing) {
    case "not given":
      return "Dench shows it once, when the key is created";
    case "not matched":
      return `Dench shows it once, when the key is created, and it is not in ${source}`;
    case "rejected":
      return `the data plane rejects the one in ${source}. Check that it is complete, and that gatewayUrl is the address of this workspace's data plane`;
    case "ambiguous": {
      const { undecidedBecause: cause } = found;
      const why = cause === undefined ? "the data plane accepts more than one" : `they could not be checked: ${cause}`;
      return `several values in ${source} match its visible parts, and ${why}. Remove the wrong ones from the file`;
    }
  }
}

const ADVICE =
  "If you import keys and have their values, set DENCH_IMPORT_KEY to one value, or DENCH_IMPORT_KEYS to the path of a file with values, for the import. Otherwise add a rotation trigger to an imported key, which creates a new value in place; with rotation.overlap the old value stays valid for that time.";
