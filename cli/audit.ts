import { parseArgs } from "node:util";
import { audit as compare, type Finding } from "../provider/inventory/audit";
import { shown } from "../provider/values/shown";
import { COMMON_OPTIONS, type Command, parseCommand } from "./command";
import { readStates } from "./states";
import { runOnWorkspace } from "./workspace-command";

const USAGE = `Usage: pulumi-dench audit [options] [STATE…]

Compares the keys of a workspace with stack states. STATE is a file that \`pulumi stack export\` wrote, or - for stdin.
DENCH_API_KEY and DENCH_BASE_URL name the workspace.

  --version   show the version
  -h, --help  show this help

Exits with 0 if nothing was found, 1 if the audit failed, and 2 if something was found.
`;

const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: COMMON_OPTIONS, allowPositionals: true });

export const audit: Command = async (args) => {
  const parsed = parseCommand("pulumi-dench audit", USAGE, () => parse(args));
  if (parsed === undefined) return 0;
  return runOnWorkspace(async ({ workspace, progress, signal, print }) => {
    const stacks = await readStates(parsed.positionals, { progress, signal });
    progress.show("Listing the keys of the workspace");
    const findings = compare({ keys: await workspace.client.listAll(), stacks });
    print(findings.map(line).join(""));
    return findings.length === 0 ? 0 : 2;
  });
};

function line({ code, key }: Finding): string {
  return `${code} ${shown(key.id)} ${shown(key.name)} …${shown(key.last4)}\n`;
}
