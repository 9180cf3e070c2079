import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { projectRoot } from "../support/project";

it("a request costs as much with 100,000 keys as with 10, and a part of what the least server takes", {
  timeout: 60_000,
}, async () => {
  const bench = [join(projectRoot, "dist/bench/data-plane.js"), "--rounds", "5", "--seconds", "0.2"];
  const { stdout } = await promisify(execFile)(process.execPath, bench);
  const { requestsPerSecond, manyToFew, shareOfBare } = JSON.parse(stdout);
  expect(Object.keys(requestsPerSecond)).toEqual(["10", "100000", "bare"]);
  expect(manyToFew).toBeGreaterThan(0.5);
  expect(shareOfBare).toBeGreaterThan(0.1);
});
