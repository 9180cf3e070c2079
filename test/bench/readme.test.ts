import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { shownRows, withFigures } from "../../bench/readme";
import { parseResults } from "../../bench/results";
import { rows } from "../../bench/rows";
import { projectRoot } from "../support/project";

const read = (path: string) => readFile(join(projectRoot, path), "utf8");

it("the README shows five figures of bench/results.md, with the command for each", async () => {
  const { lines } = parseResults(await read("bench/results.md"));
  const readme = await read("README.md");
  const shown = shownRows(readme);
  expect(shown).toHaveLength(5);
  expect(lines.map(({ name }) => name)).toEqual(expect.arrayContaining(shown));
  expect(withFigures(readme, lines)).toBe(readme);
});

it("bench/results.md has only rows that exist, in their order, and each timed one has at least five pairs", async () => {
  const { lines } = parseResults(await read("bench/results.md"));
  const measured = rows.filter(({ name }) => lines.some((line) => line.name === name));
  expect(lines.map(({ name, what }) => ({ name, what }))).toEqual(measured.map(({ name, what }) => ({ name, what })));
  for (const [index, { name, pairs }] of lines.entries()) {
    expect(Number(pairs), name).toBeGreaterThanOrEqual(Math.min(5, measured[index]?.pairs ?? 5));
  }
});

it("bench/results.md says for every missed target what prevents it", async () => {
  const { lines } = parseResults(await read("bench/results.md"));
  for (const { name, met } of lines) expect(met, name).toMatch(/^(yes|–|no: \S.+\.)$/);
});

it("writing the figures of some rows leaves those of other rows as they are", () => {
  const document = "| A | 1 s | 2 s | 0.50 | `npm run bench -- a` |\n| B | 1 s | 2 s | 0.50 | `npm run bench -- b` |\n";
  const line = {
    name: "b",
    what: "",
    ours: "3 s",
    reference: "4 s, R",
    ratio: "0.75",
    target: "",
    met: "",
    pairs: "",
    date: "",
  };
  expect(withFigures(document, [line])).toBe(
    "| A | 1 s | 2 s | 0.50 | `npm run bench -- a` |\n| B | 3 s | 4 s, R | 0.75 | `npm run bench -- b` |\n",
  );
});
