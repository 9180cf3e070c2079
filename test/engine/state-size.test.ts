import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { projectRoot } from "../support/project";
import { describeWithEngine } from "../support/stack";

describeWithEngine("the state of a key", () => {
  it("has less than a quarter of the size with a serialized dynamic provider", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(projectRoot, "dist/bench/state-size.js")]);
    expect(JSON.parse(stdout).ratio).toBeGreaterThan(4);
  });
});
