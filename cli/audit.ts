import { parseArgs } from "node:util";
import { audit as compare } from "../provider/inventory/audit/audit";
import { type FindingCode, SEVERITIES } from "../provider/inventory/audit/finding";
import { readStates } from "../provider/inventory/states";
import { readWorkspace } from "../provider/inventory/workspace-content";
import { nearest } from "../provider/values/nearest";
import { shown } from "../provider/values/shown";
import { annotations } from "./audit-report/annotations";
import { reportAsJson } from "./audit-report/json";
import { reportForPeople } from "./audit-report/people";
import { COMMON_OPTIONS, type Command, parseCommand, usageError } from "./command";
import { counted } from "./text";
import { runOnWorkspace } from "./workspace-command";

const COMMAND = "pulumi-dench audit";

const USAGE = `Usage: ${COMMAND} [options] [STATE…]

Compares the keys of a workspace with stack states. Changes nothing.
STATE is a file that \`pulumi stack export\` wrote, or - for stdin. Its secrets may be encrypted.
DENCH_API_KEY, DENCH_BASE_URL and DENCH_WORKSPACE name the workspace.

  --unused-days DAYS
                report keys that were not used for so many days, or off (default 90)
  --max-age-days DAYS
                report keys that were created more days ago, or off (default 365)
  --ignore CODE leave out the findings with this code; can be repeated
  --json        print the report as JSON
  --github      also print the findings as annotations for GitHub Actions
  --version     show the version
  -h, --help    show this help

Exits with 0 if there are no findings, with 2 if there are some, and with 1 if the audit failed.
`;

const DAY_MS = 86_400_000;

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      "unused-days": { type: "string", default: "90" },
      "max-age-days": { type: "string", default: "365" },
      ignore: { type: "string", multiple: true, default: [] },
      json: { type: "boolean", default: false },
      github: { type: "boolean", default: false },
      ...COMMON_OPTIONS,
    },
  });

export const audit: Command = async (args) => {
  const parsed = parseCommand(COMMAND, USAGE, () => parse(args));
  if (parsed === undefined) return 0;
  const { values, positionals } = parsed;
  const unusedMs = parseDays("unused-days", values["unused-days"]);
  const maxAgeMs = parseDays("max-age-days", values["max-age-days"]);
  const ignored = new Set(values.ignore.map(parseCode));
  if (values.json && values.github) usageError(COMMAND, "--json and --github exclude each other.");
  return runOnWorkspace(async ({ workspace: { client, clock }, progress, signal, print }) => {
    const stacks = await readStates(positionals, { progress, signal });
    const content = await readWorkspace(client, (keys) => progress.show(`Listing keys: ${counted(keys, "key")}`));
    const result = compare({ content, stacks, ignored, now: clock.now, unusedMs, maxAgeMs });
    print(values.json ? reportAsJson(result) : reportForPeople(result) + (values.github ? annotations(result) : ""));
    return result.findings.length === 0 ? 0 : 2;
  });
};

function parseDays(option: string, text: string): number | undefined {
  if (text === "off") return undefined;
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text) * DAY_MS;
  return usageError(COMMAND, `--${option} must be a number of days from 1 to 99999, or off, not "${shown(text)}".`);
}

function parseCode(text: string): FindingCode {
  if (isCode(text)) return text;
  const meant = nearest(text, Object.keys(SEVERITIES));
  const hint = meant === undefined ? `The codes are ${Object.keys(SEVERITIES).join(", ")}.` : `Did you mean ${meant}?`;
  return usageError(COMMAND, `--ignore must be the code of a finding, not "${shown(text)}". ${hint}`);
}

function isCode(text: string): text is FindingCode {
  return Object.hasOwn(SEVERITIES, text);
}
