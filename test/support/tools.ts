import { spawnSync } from "node:child_process";
import { describe } from "vitest";
import { postgresCommand } from "./postgres";
import { describeWithEngine } from "./stack";

/** The external tools of some tests, with the command that detects a tool, and how to install it. */
const TOOLS = {
  Python: { probe: ["python3", "-c", "import ensurepip, venv"], install: "apt-get install python3 python3-venv" },
  Go: { probe: ["go", "version"], install: "see https://go.dev/doc/install" },
  PostgreSQL: { probe: [postgresCommand("postgres"), "--version"], install: "apt-get install postgresql" },
} as const;

/** Registers or skips a group of tests. */
export type Describe = (name: string, tests: () => void) => void;

/**
 * Returns the `describe` for tests that need the engine and these tools. If a tool is missing, CI fails, and other machines skip
 * the tests and print what to install.
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
