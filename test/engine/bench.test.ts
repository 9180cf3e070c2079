import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import { parseLines } from "../../bench/results";
import { projectRoot } from "../support/project";
import { it, itInRest } from "../support/sample";
import { describeWithEngine } from "../support/stack";

async function bench(...args: string[]) {
  const { stdout } = await promisify(execFile)(process.execPath, [join(projectRoot, "dist/bench/cli.js"), ...args]);
  return parseLines(stdout);
}

describeWithEngine("a bench", () => {
  it("shows that the state of a key has less than a quarter of the size with a serialized dynamic provider", async () => {
    const [state] = await bench("usual-state");
    expect(Number(state?.ratio)).toBeLessThan(0.25);
  });

  const names = ["plugin-1-destroy", "dynamic-1-preview", "usual-400-up", "few-among-many", "few-among-many-requests"];
  itInRest(
    "compares the plugin and the dynamic provider with their references",
    async () => {
      const lines = await bench("--pairs", "1", "--shrink", "1000", ...names);
      expect([...new Set(lines.map(({ name }) => name))]).toEqual(names);
    },
    300_000,
  );
});
