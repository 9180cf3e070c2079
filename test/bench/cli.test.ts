import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import { parseLines } from "../../bench/results";
import { rows } from "../../bench/rows";
import { projectRoot } from "../support/project";
import { it, itInRest } from "../support/sample";

const bench = (...args: string[]) =>
  promisify(execFile)(process.execPath, [join(projectRoot, "dist/bench/cli.js"), ...args]);

it("--list prints every row, and no two rows have the same name", async () => {
  const { stdout } = await bench("--list");
  const names = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(":")[0]);
  expect(names).toEqual(rows.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
});

it("an unknown row is refused, and results of few pairs or small sizes cannot be written", async () => {
  const refused = [["no-such-row"], ["--write", "--pairs", "4"], ["--write", "--shrink", "2"], ["--pairs", "none"]];
  for (const args of refused) await expect(bench(...args)).rejects.toMatchObject({ code: 2 });
});

itInRest(
  "the rows of the data plane show its rate with few and many keys, and that of a minimal server",
  async () => {
    const { stdout } = await bench("gateway-keys", "gateway-bare", "--pairs", "1", "--shrink", "1000");
    expect(parseLines(stdout)).toMatchObject(
      ["gateway-keys", "gateway-bare"].map((name) => ({ name, ratio: expect.stringMatching(/^\d+\.\d\d$/) })),
    );
  },
  60_000,
);
