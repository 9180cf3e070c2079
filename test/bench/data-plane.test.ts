import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { projectRoot } from "../support/project";

it("the request rate with 100,000 keys is close to that with 10, and a fair share of a minimal server's", {
  timeout: 60_000,
}, async () => {
  const bench = [join(projectRoot, "dist/bench/data-plane.js"), "--rounds", "5", "--seconds", "0.2"];
  const { stdout } = await promisify(execFile)(process.execPath, bench);
  const { requestsPerSecond, manyToFew, shareOfBaseline } = JSON.parse(stdout);
  expect(Object.keys(requestsPerSecond)).toEqual(["10", "100000", "baseline"]);
  expect(manyToFew).toBeGreaterThan(0.5);
  expect(shareOfBaseline).toBeGreaterThan(0.1);
});
