import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { projectRoot } from "../support/project";
import { describeWithEngine } from "../support/stack";

describeWithEngine("a key in the state", () => {
  it("takes a fraction of what a dynamic provider of the usual, serialised kind would make of it", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(projectRoot, "dist/bench/state-size.js")]);
    expect(JSON.parse(stdout).ratio).toBeGreaterThan(4);
  });
});
