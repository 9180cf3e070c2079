import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { errorMessage } from "../error-message";
import { packageRoot } from "../tools/engine/package";
import { measuringEnvironment } from "./environment";
import { withFigures } from "./readme";
import {
  explained,
  formatHead,
  formatLine,
  formatResults,
  type Line,
  lineOf,
  parseResults,
  type Results,
} from "./results";
import type { Measurement, Row, RunOptions } from "./row";
import { rows } from "./rows";
import { Workbench } from "./workbench";

const RESULTS = join(packageRoot, "bench/results.md");
const README = join(packageRoot, "README.md");
const FEWEST_PAIRS = 5;

const USAGE = `Usage: npm run bench -- [options] [ROW...]

Measures all rows, and writes bench/results.md and the figures of README.md. With a ROW, measures the row of this name, or else
all rows of this group, such as plugin-1, and prints them.

  --list       print the names of the rows
  --pairs N    number of pairs for each row (default: the row's own number)
  --shrink N   divide every number of keys by N, for a quick trial
  --write      write the measured rows to bench/results.md and README.md
  --explain    write what prevents the missed targets to bench/results.md, from the rows' current texts, without measuring
  -h, --help   show this help
`;

/** The arguments are wrong. The message says how. */
class UsageError extends Error {}

function parseCommand(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      list: { type: "boolean", default: false },
      pairs: { type: "string" },
      shrink: { type: "string", default: "1" },
      write: { type: "boolean", default: false },
      explain: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const pairs = values.pairs === undefined ? undefined : positiveNumber("--pairs", values.pairs);
  const shrink = positiveNumber("--shrink", values.shrink);
  const isTrial = shrink > 1 || (pairs !== undefined && pairs < FEWEST_PAIRS);
  if (values.write && isTrial)
    throw new UsageError(`--write needs at least ${FEWEST_PAIRS} pairs of the full size. Omit --pairs and --shrink.`);
  return {
    ...values,
    pairs,
    shrink,
    selected: positionals.length === 0 ? rows : positionals.flatMap(rowsOf),
    isAll: positionals.length === 0,
    writes: values.write || (positionals.length === 0 && !isTrial),
  };
}

function positiveNumber(option: string, text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new UsageError(`${option} must be a positive whole number.`);
  return number;
}

/** Returns the row with this name, or all rows of this group. */
function rowsOf(name: string): readonly Row[] {
  const row = rows.find((each) => each.name === name);
  const found = row ? [row] : rows.filter((each) => each.name.startsWith(`${name}-`));
  if (found.length === 0) throw new UsageError(`There is no row ${name}. --list prints the names of all rows.`);
  return found;
}

async function main(args: readonly string[]): Promise<void> {
  const { help, list, explain, pairs, shrink, selected, isAll, writes } = parseCommand(args);
  if (help) return print(USAGE.trimEnd());
  if (list) return print(selected.map(({ name, what }) => `${name}: ${what}`).join("\n"));
  if (explain) {
    const stored = parseResults(await readFile(RESULTS, "utf8"));
    return write({ ...stored, lines: inOrder(stored.lines) });
  }

  const environment = measuringEnvironment();
  const kept = isAll ? [] : (await storedResults(environment, writes)).lines;
  const measured: Line[] = [];
  print(formatHead());
  for (const row of selected) {
    const options = { pairs: pairs ?? row.pairs, size: (full: number) => Math.max(1, Math.round(full / shrink)) };
    const line = lineOf(row, await measure(row, options), new Date().toISOString().slice(0, 10));
    print(formatLine(line));
    measured.push(line);
    if (writes) await write({ environment, lines: inOrder([...kept, ...measured]) });
  }
}

/** Runs a row on a workbench of its own, so that nothing of an earlier row is still running. */
async function measure(row: Row, options: RunOptions): Promise<Measurement> {
  const workbench = await Workbench.open();
  try {
    return await row.run(workbench, options);
  } finally {
    await workbench.close();
  }
}

/** Returns the results in `results.md`. Rows of different environments cannot be compared. */
async function storedResults(environment: Results["environment"], writes: boolean): Promise<Results> {
  const none = { environment, lines: [] };
  if (!writes) return none;
  const text = await readFile(RESULTS, "utf8").catch(() => undefined);
  if (text === undefined) return none;
  const stored = parseResults(text);
  if (!isDeepStrictEqual(stored.environment, environment))
    throw new UsageError("bench/results.md is of another machine or other versions. Measure all rows: npm run bench");
  return stored;
}

/** Writes `results.md`, and the figures that the README shows. */
async function write(results: Results): Promise<void> {
  await writeFile(RESULTS, formatResults(results));
  await writeFile(README, withFigures(await readFile(README, "utf8"), results.lines));
}

/** Returns the last line of each row, in the order of the rows, with the row's current explanation. */
function inOrder(lines: readonly Line[]): Line[] {
  return rows.flatMap((row) => {
    const line = lines.findLast((each) => each.name === row.name);
    return line ? explained(line, row) : [];
  });
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const isUsage = error instanceof UsageError || (error instanceof TypeError && "code" in error);
  process.stderr.write(`${isUsage ? `${errorMessage(error)}\n\n${USAGE}` : String(error)}\n`);
  process.exitCode = isUsage ? 2 : 1;
});
