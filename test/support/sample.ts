import { inject, it as register } from "vitest";

/** The part of the tests that a run registers. `npm test` runs the sample, `npm run test:rest` the rest, and `npm run test:all` both. */
export type Part = "sample" | "rest" | "all";

declare module "vitest" {
  interface ProvidedContext {
    part: Part;
  }
}

const PART = inject("part");

/** Returns whether a part contains a test. Each test is in the sample or in the rest. */
function belongs(isSampled: boolean, part = PART): boolean {
  return part === "all" || isSampled === (part === "sample");
}

/** Registers a test under a name. */
export type Test = (name: string, test: () => void | Promise<void>, timeoutMs?: number) => void;

const registerIf =
  (isRegistered: boolean): Test =>
  (...test) => {
    if (isRegistered) register(...test);
  };

/** Registers a test of the sample. */
export const it: Test = registerIf(belongs(true));

/** Registers a test of both parts, which differs in an `amount`. */
export const itByAmount: Test = register;

/** Registers a test of the rest. */
export const itInRest: Test = registerIf(belongs(false));

/** Returns the cases of this run, from a list in which each shows the same guarantee. The first one is the sample. */
export function casesOf<const Case>(cases: readonly Case[], part = PART): Case[] {
  return cases.filter((_, index) => belongs(index === 0, part));
}

/** Registers a test for each of these cases. */
export function itEach<Case>(
  cases: readonly Case[],
  name: (each: Case) => string,
  test: (each: Case) => Promise<void>,
  timeoutMs?: number,
): void {
  for (const each of cases) register(name(each), () => test(each), timeoutMs);
}

/** Returns whether the sample has this cell of a table. It has each row and column, in as few cells as possible. */
function isOnDiagonal(cell: { row: number; column: number }, table: { rows: number; columns: number }): boolean {
  return table.rows < table.columns ? cell.column % table.rows === cell.row : cell.row % table.columns === cell.column;
}

/** Registers the tests of one host or language. `isSampled` gets the index of a test, and the number of tests. */
export function registerFor(tests: (it: Test) => void, isSampled: (index: number, count: number) => boolean): void {
  const all: Parameters<Test>[] = [];
  tests((...test) => void all.push(test));
  for (const [index, test] of all.entries()) {
    if (belongs(isSampled(index, all.length))) register(...test);
  }
}

/** Returns the cells of this run, from the table of two lists. */
export function cellsOf<Row, Column>(
  rows: readonly Row[],
  columns: readonly Column[],
  part = PART,
): (readonly [Row, Column])[] {
  const table = { rows: rows.length, columns: columns.length };
  return rows.flatMap((each, row) =>
    columns
      .map((other, column) => ({ pair: [each, other] as const, isSampled: isOnDiagonal({ row, column }, table) }))
      .flatMap(({ pair, isSampled }) => (belongs(isSampled, part) ? [pair] : [])),
  );
}

/** Returns the number of runs of a property, or of kills, in this run. */
export function amount({ sample, all }: { sample: number; all: number }): number {
  return PART === "sample" ? sample : all;
}
