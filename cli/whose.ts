import { parseArgs } from "node:util";
import { DenchError } from "../provider/errors";
import { DEFAULT_PREFIX } from "../provider/inventory/leak/leaked-values";
import { findLeaks, type Leak } from "../provider/inventory/leak/leaks";
import { revocableKey } from "../provider/inventory/leak/revocable";
import { readStates } from "../provider/inventory/states";
import { readWorkspace } from "../provider/inventory/workspace-content";
import { COMMON_OPTIONS, type Command, parseCommand, usageError } from "./command";
import { looksLikeKeyValue, readLeakedText } from "./leaked-text";
import { readLine } from "./terminal";
import { counted } from "./text";
import { reportAsJson } from "./whose-report/json";
import { reportForPeople } from "./whose-report/people";
import { runOnWorkspace, type WorkspaceCommand } from "./workspace-command";

const COMMAND = "pulumi-dench whose";

const USAGE = `Usage: ${COMMAND} [options] [STATE…] < TEXT

Finds the key of a leaked value, and the change that revokes it. TEXT is the value, or lines of a log that contain it. Pass
it only on stdin. STATE is a file that \`pulumi stack export\` wrote. DENCH_API_KEY and DENCH_BASE_URL name the workspace.
If DENCH_GATEWAY_URL is set, the value is also tried on the data plane, which counts as a use of the key.

  --revoke      revoke the key after confirmation, if no state has it
  --yes KEY_ID  revoke without confirmation, if the key has this ID
  --json        print the report as JSON
  --version     show the version
  -h, --help    show this help

Exits with 2 if a value is still valid, 1 on an error or if the workspace has no key with the value, and otherwise 0.
`;

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    options: {
      revoke: { type: "boolean", default: false },
      yes: { type: "string" },
      json: { type: "boolean", default: false },
      ...COMMON_OPTIONS,
    },
    allowPositionals: true,
  });

export const whose: Command = async (args) => {
  const parsed = parseCommand(COMMAND, USAGE, () => parse(args));
  if (parsed === undefined) return 0;
  const { positionals, values } = parsed;
  checkArguments(positionals, values);
  return runOnWorkspace(async (command) => {
    const { workspace, progress, signal, print } = command;
    const text = await readLeakedText(signal);
    const stacks = await readStates(positionals, { progress, signal });
    const content = await readWorkspace(workspace.client, (keys) =>
      progress.show(`Listing keys: ${counted(keys, "key")}`),
    );
    const found = await findLeaks({ text, content, stacks }, workspace);
    print(values.json ? reportAsJson(found) : reportForPeople(found));
    return values.revoke ? revoke(found.leaks, values.yes, command) : exitCode(found.leaks);
  });
};

function checkArguments(
  files: readonly string[],
  { revoke, yes }: { revoke: boolean; yes?: string | undefined },
): void {
  if (files.some(looksLikeKeyValue) || yes?.includes(DEFAULT_PREFIX) === true) {
    usageError(
      COMMAND,
      "An argument looks like a key value. Pass it on stdin: arguments are in the shell's history and the list of processes.",
    );
  }
  if (files.includes("-")) usageError(COMMAND, "Stdin is the leaked text. Pass each state as a file.");
  if (yes !== undefined && !revoke) usageError(COMMAND, "--yes has no effect without --revoke.");
}

function exitCode(leaks: readonly Leak[]): number {
  if (leaks.some(({ isValid }) => isValid)) return 2;
  return leaks.some(({ keys }) => keys.length === 0) ? 1 : 0;
}

/** Revokes the key of the leaked values, and returns the exit code. */
async function revoke(leaks: readonly Leak[], named: string | undefined, command: WorkspaceCommand): Promise<number> {
  const { workspace, warn } = command;
  const revocable = revocableKey(leaks);
  if (revocable === undefined) return 0;
  const { key, mustBeNamed } = revocable;
  if (named === undefined) {
    if (mustBeNamed) {
      throw refusal(
        `it is not sure that this is the key, or that no stack manages it. If you are, use --yes ${key.id}`,
      );
    }
    await confirm(key, command);
  } else if (named !== key.id) throw refusal(`the ID after --yes is not that of the key, ${key.id}`);
  if ((await workspace.client.revoke(key.id)) === "missing") {
    throw new DenchError("not_found", `Could not revoke the key ${key.id}: the workspace no longer has it.`);
  }
  warn(`Revoked the key ${key.id}.`);
  const [value] = leaks.flatMap(({ value }) => (value.maySend ? [value.text] : []));
  if (value === undefined || (await workspace.tryKey?.(value)) !== "accepted") return 0;
  warn(
    "The gateway still accepts the value. Run the command again in a minute. If that does not change, another key has it.",
  );
  return 2;
}

async function confirm(
  { id, last4 }: { id: string; last4: string },
  { signal, progress }: WorkspaceCommand,
): Promise<void> {
  progress.clear();
  const typed = await readLine(`Revoking ${id} is permanent. Type its last four characters to confirm: `, signal);
  if (typed === undefined) throw refusal(`there is no terminal to confirm it. Use --yes ${id}`);
  if (typed.trim() !== last4) throw refusal("it was not confirmed");
}

function refusal(reason: string): DenchError {
  return new DenchError("not_confirmed", `Could not revoke the key: ${reason}. Nothing was changed.`);
}
