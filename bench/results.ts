import * as z from "zod";
import { type Spread, spreadOf } from "./measure";
import { isMet, type Measurement, type Row, type Target } from "./row";

/** Where the rows were measured. */
const Environment = z.object({
  machine: z.string(),
  system: z.string(),
  node: z.string(),
  engine: z.string(),
  package: z.string(),
});
export type Environment = z.infer<typeof Environment>;

/** A measured row, as the cells of a table. */
const Line = z.object({
  name: z.string(),
  what: z.string(),
  ours: z.string(),
  reference: z.string(),
  ratio: z.string(),
  target: z.string(),
  met: z.string(),
  pairs: z.string(),
  date: z.string(),
});
export type Line = z.infer<typeof Line>;

/** The content of `results.md`. */
export interface Results {
  readonly environment: Environment;
  readonly lines: readonly Line[];
}

const FACTS: Readonly<Record<keyof Environment, string>> = {
  machine: "Machine",
  system: "System",
  node: "Node",
  engine: "Pulumi",
  package: "pulumi-dench",
};

const COLUMNS: Readonly<Record<keyof Line, string>> = {
  name: "Row",
  what: "What",
  ours: "Ours",
  reference: "Reference",
  ratio: "Ratio",
  target: "Target",
  met: "Met",
  pairs: "Pairs",
  date: "Measured",
};

const [facts, columns] = [Environment.keyof().options, Line.keyof().options];
const NONE = "–";

/** Returns the line of a measured row. `date` is an ISO date. */
export function lineOf(row: Row, measurement: Measurement, date: string): Line {
  const { unit, target } = row;
  const values = "pairs" in measurement ? measurement.pairs.map(({ ours }) => ours) : measurement.values;
  const ours = spreadOf(values);
  const shared = { name: row.name, what: row.what, target: target ? formatTarget(target, unit) : NONE, date };
  const remark = measurement.remark === undefined ? "" : `: ${measurement.remark}`;
  if (!("pairs" in measurement)) {
    const met = target ? formatMet(row, isMet(target, ours.median)) : NONE;
    const shown = `${formatSpread(ours, formatNumber)} ${unit}${remark}`;
    return { ...shared, ours: shown, reference: row.reference ?? NONE, ratio: NONE, met, pairs: String(values.length) };
  }
  const reference = spreadOf(measurement.pairs.map((pair) => pair.reference));
  const ratio = spreadOf(measurement.pairs.map((pair) => pair.ours / pair.reference));
  // The ratio is judged as it is shown.
  const judged = target?.of === "ours" ? ours.median : Number(formatRatio(ratio.median));
  return {
    ...shared,
    ours: `${formatNumber(ours.median)} ${unit}${remark}`,
    reference: `${formatNumber(reference.median)} ${unit}, ${row.reference ?? "reference"}`,
    ratio: formatSpread(ratio, formatRatio),
    met: target ? formatMet(row, isMet(target, judged)) : NONE,
    pairs: String(values.length),
  };
}

/** Returns a measured line with the row's current sentence about a missed target. */
export function explained(line: Line, row: Row): Line {
  return line.met.startsWith("no") ? { ...line, met: formatMet(row, false) } : line;
}

/** Returns the first two lines of the table. */
export function formatHead(): string {
  return `${formatCells(columns.map((column) => COLUMNS[column]))}\n${formatCells(columns.map(() => "---"))}`;
}

export function formatLine(line: Line): string {
  return formatCells(columns.map((column) => (column === "name" ? `\`${line.name}\`` : line[column])));
}

/** Returns the text of `results.md`. */
export function formatResults({ environment, lines }: Results): string {
  return `# Measured results

\`npm run bench\` measures these rows and writes this page. \`npm run bench -- ROW\` measures one row, or all rows of a group such
as \`plugin-1\`, and prints them only.

- A **pair** is one measurement of ours and one of the reference, one directly after the other. Every second pair begins with
  the reference.
- **Ours** and **Reference** are medians. **Ratio** is the median of the ratios of all pairs, with the lowest and the highest.
- The time of an operation is that of the whole command, from its start to its exit.

| Environment | |
| --- | --- |
${facts.map((fact) => formatCells([FACTS[fact], environment[fact]])).join("\n")}

${[formatHead(), ...lines.map(formatLine)].join("\n")}
`;
}

/** Reads the text of `results.md`. Throws a ZodError if a part is missing. */
export function parseResults(text: string): Results {
  const table = tableRows(text);
  const environment = facts.map((fact) => [fact, table.find(([title]) => title === FACTS[fact])?.[1]]);
  return { environment: Environment.parse(Object.fromEntries(environment)), lines: parseLines(text) };
}

/** Reads the measured rows of a text, such as the output of a bench. */
export function parseLines(text: string): Line[] {
  const measured = tableRows(text).filter(([name = ""]) => name.startsWith("`"));
  return measured.map((cells) =>
    Line.parse(Object.fromEntries(columns.map((column, index) => [column, withoutCode(column, cells[index])]))),
  );
}

/** Returns the cells of each row of each table. */
function tableRows(text: string): string[][] {
  return text.split("\n").flatMap((line) => (line.startsWith("| ") ? [line.slice(2, -2).split(" | ")] : []));
}

function withoutCode(column: keyof Line, cell: string | undefined): string | undefined {
  return column === "name" ? cell?.replaceAll("`", "") : cell;
}

function formatCells(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function formatTarget({ of, atMost, atLeast }: Target, unit: string): string {
  const format = (limit: number) => (of === "ratio" ? `${formatRatio(limit)} ×` : `${formatNumber(limit)} ${unit}`);
  return [atMost === undefined ? [] : `≤ ${format(atMost)}`, atLeast === undefined ? [] : `≥ ${format(atLeast)}`]
    .flat()
    .join(", ");
}

function formatMet({ obstacle }: Row, met: boolean): string {
  if (met) return "yes";
  return obstacle === undefined ? "no" : `no: ${obstacle}`;
}

function formatSpread({ lowest, median, highest }: Spread, format: (value: number) => string): string {
  const extremes = [format(lowest), format(highest)];
  return extremes[0] === extremes[1] ? format(median) : `${format(median)} (${extremes.join("–")})`;
}

function formatRatio(ratio: number): string {
  return ratio.toFixed(2);
}

/** Returns a whole number as it is, and any other with three digits. */
function formatNumber(value: number): string {
  const digits =
    Number.isInteger(value) || value >= 1000
      ? { maximumFractionDigits: 0 }
      : { minimumSignificantDigits: 3, maximumSignificantDigits: 3 };
  return value.toLocaleString("en", digits);
}
