import { spawnSync } from "node:child_process";
import { describe } from "vitest";
import { describeWithEngine } from "./stack";

/** Programs that some tests need, how to see that one is there, and how to get it. */
const TOOLS = {
  Python: { probe: ["python3", "-c", "import ensurepip, venv"], install: "apt-get install python3 python3-venv" },
  Go: { probe: ["go", "version"], install: "see https://go.dev/doc/install" },
} as const;

/** Says what a group of tests is about, and runs it or not. */
export type Describe = (name: string, tests: () => void) => void;

/**
 * For tests that need the engine and these tools. Where one is missing they are skipped on a contributor's machine, which is
 * told what to install; CI fails.
 */
export function describeWithTools(...names: (keyof typeof TOOLS)[]): Describe {
  const missing = names.filter((name) => {
    const [command, ...args] = TOOLS[name].probe;
    return spawnSync(command, args).status !== 0;
  });
  if (missing.length === 0) return describeWithEngine;
  const message = missing.map((name) => `${name} is missing: ${TOOLS[name].install}.`).join(" ");
  if (process.env["CI"] === "true") throw new Error(message);
  process.stdout.write(`${message} The tests that need it are skipped.\n`);
  return describe.skip;
}
