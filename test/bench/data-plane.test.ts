import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "vitest";
import { projectRoot } from "../support/project";
import { itInRest } from "../support/sample";

itInRest(
  "the bench of the data plane prints the request rates with few and many keys, and those of a minimal server",
  async () => {
    const bench = [join(projectRoot, "dist/bench/data-plane.js"), "--rounds", "1", "--seconds", "0.1"];
    const { stdout } = await promisify(execFile)(process.execPath, bench);
    const rate = expect.any(Number);
    expect(JSON.parse(stdout)).toMatchObject({
      requestsPerSecond: { 10: rate, 100000: rate, baseline: rate },
      manyToFew: rate,
      shareOfBaseline: rate,
    });
  },
  60_000,
);
