import { expect, it } from "vitest";
import { problemOfNode } from "../node-version";

it.each(["22.19.0", "22.20.1", "23.0.0", "24.1.0", "100.0.0"])("Node %s is new enough", (running) => {
  expect(problemOfNode("pulumi-dench", running)).toBeUndefined();
});

it.each(["22.18.9", "22.2.0", "20.30.0", "18.20.8", "6.0.0"])(
  "Node %s is too old, and the error names the required version, the running one, and its path",
  (running) => {
    expect(problemOfNode("pulumi-dench", running)).toBe(
      `pulumi-dench needs Node 22.19 or newer, but runs on ${running} (${process.execPath}). Install a newer version, or put it first on PATH.`,
    );
  },
);
