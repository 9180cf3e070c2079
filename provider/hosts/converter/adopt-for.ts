import { parseArgs } from "node:util";
import { DenchError } from "../../errors";
import { type AdoptedKey, planAdoption, summaryOf } from "../../inventory/adoption";
import { ADOPTION_OPTIONS } from "../../inventory/adoption-arguments";
import { readStates } from "../../inventory/states";
import { openWorkspace, type WorkspaceOptions } from "../../inventory/workspace";
import { readWorkspace } from "../../inventory/workspace-content";

export interface ConverterRun extends Pick<WorkspaceOptions, "env" | "signal"> {
  /** Shows a line to the user. */
  readonly print: (line: string) => void;
}

/** Returns the keys to import for the arguments of `pulumi import --from dench -- …`. Shows how many are skipped, and why. */
export async function adoptFor(
  args: readonly string[],
  { env, print, signal }: ConverterRun,
): Promise<readonly AdoptedKey[]> {
  const { known, match: patterns, primary: includesPrimary } = parsed(args);
  // The engine holds the other end of stdin, and never writes to it.
  if (known.includes("-")) throw invalid("it cannot read a state from stdin. Name a file with --known.");
  const { client } = openWorkspace({ env, warn: (message) => print(`warning: ${message}`), signal });
  const stacks = await readStates(known, { progress: { show: () => {} }, signal });
  const content = await readWorkspace(client, () => {});
  const adoption = planAdoption(content, { known: stacks, patterns, includesPrimary });
  print(summaryOf(adoption));
  return adoption.adopted;
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: ADOPTION_OPTIONS }).values;
  } catch {
    // The reason would quote the arguments.
    throw invalid("use only --known FILE, --match PATTERN and --primary. The first two can be repeated.");
  }
}

function invalid(problem: string): DenchError {
  return new DenchError("invalid_arguments", `Could not read the arguments of the converter, after \`--\`: ${problem}`);
}
