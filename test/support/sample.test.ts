import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { projectRoot } from "./project";
import { casesOf, cellsOf, it } from "./sample";

const sizes = fc.integer({ min: 1, max: 50 });
const list = (size: number) => Array.from({ length: size }, (_, index) => index);
const texts = (cells: readonly (readonly [number, number])[]) => cells.map(String).toSorted();

it("the sample of a table has each row and each column, in as few cells as possible", () => {
  fc.assert(
    fc.property(sizes, sizes, (rows, columns) => {
      const cells = cellsOf(list(rows), list(columns), "sample");
      expect(cells).toHaveLength(Math.max(rows, columns));
      expect(new Set(cells.map(([row]) => row)).size).toBe(rows);
      expect(new Set(cells.map(([, column]) => column)).size).toBe(columns);
    }),
  );
});

it("the sample and the rest of a table contain each cell once", () => {
  fc.assert(
    fc.property(sizes, sizes, (rows, columns) => {
      const [sample, rest, all] = (["sample", "rest", "all"] as const).map((part) =>
        cellsOf(list(rows), list(columns), part),
      );
      expect(all).toHaveLength(rows * columns);
      expect(texts([...(sample ?? []), ...(rest ?? [])])).toEqual(texts(all ?? []));
    }),
  );
});

it("the sample of cases is the first one, and the rest are the others", () => {
  expect(casesOf(["a", "b", "c"], "sample")).toEqual(["a"]);
  expect(casesOf(["a", "b", "c"], "rest")).toEqual(["b", "c"]);
  expect(casesOf(["a", "b", "c"], "all")).toEqual(["a", "b", "c"]);
});

it("no test is both in the sample and in the rest: a file that takes a sample registers each test through it", async () => {
  const files = (await readdir(join(projectRoot, "test"), { recursive: true })).filter((file) =>
    /\.test\.tsx?$/.test(file),
  );
  for (const file of files) {
    const text = await readFile(join(projectRoot, "test", file), "utf8");
    if (!/\/(sample|by-host)"/.test(text)) continue;
    const [, imported = ""] = /import \{([^}]*)\} from "vitest"/.exec(text) ?? [];
    expect(
      imported.split(",").map((name) => name.trim()),
      file,
    ).not.toContain("it");
  }
});
