import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { errorMessage } from "../error-message";
import { DenchError } from "../provider/errors";
import { planAdoption, summaryOf } from "../provider/inventory/adoption";
import { ADOPTION_OPTIONS } from "../provider/inventory/adoption-arguments";
import { importFile } from "../provider/inventory/import-file";
import { readStates } from "../provider/inventory/states";
import { readWorkspace } from "../provider/inventory/workspace-content";
import { shown } from "../provider/values/shown";
import { COMMON_OPTIONS, type Command, parseCommand } from "./command";
import { counted } from "./text";
import { runOnWorkspace } from "./workspace-command";

const USAGE = `Usage: pulumi-dench adopt [options]

Writes a file for \`pulumi import --file\` with the keys of a workspace that no stack manages.
DENCH_API_KEY and DENCH_BASE_URL name the workspace. \`pulumi import --from dench\` imports the same keys without a file.

  --known FILE     skip the keys of this state, which \`pulumi stack export\` wrote; - for stdin; can be repeated
  --match PATTERN  only keys with such a name; * matches any characters, ? matches one; can be repeated
  --primary        also the primary sandbox key
  --out FILE       write the file here, and not to stdout; it must not exist
  --version        show the version
  -h, --help       show this help
`;

const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: { ...ADOPTION_OPTIONS, out: { type: "string" }, ...COMMON_OPTIONS } });

export const adopt: Command = async (args) => {
  const parsed = parseCommand("pulumi-dench adopt", USAGE, () => parse(args));
  if (parsed === undefined) return 0;
  const { known, match: patterns, primary: includesPrimary, out } = parsed.values;
  return runOnWorkspace(async ({ workspace: { client }, progress, signal, print, warn }) => {
    const stacks = await readStates(known, { progress, signal });
    const content = await readWorkspace(client, (keys) => progress.show(`Listing keys: ${counted(keys, "key")}`));
    const adoption = planAdoption(content, { known: stacks, patterns, includesPrimary });
    const text = importFile(adoption.adopted);
    if (out === undefined) print(text);
    else await writeNewFile(out, text);
    warn(summaryOf(adoption));
    return 0;
  });
};

/** Writes a file. Throws `invalid_arguments` if there already is one, or if it cannot be written. */
async function writeNewFile(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: "wx" });
  } catch (error) {
    const isThere = error instanceof Error && "code" in error && error.code === "EEXIST";
    const reason = isThere ? "it already exists. Delete it, or" : `${errorMessage(error)}. Correct the path, or`;
    throw new DenchError(
      "invalid_arguments",
      `Could not write ${shown(file)}: ${reason} name another file with --out.`,
    );
  }
}
