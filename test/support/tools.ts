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

type Tool = keyof typeof TOOLS;

/** Registers or skips a group of tests. */
export type Describe = (name: string, tests: () => void) => void;

/** Returns the `describe` for tests that need the engine and these tools. Treats missing ones like `describeIfPresent`. */
export function describeWithTools(...names: Tool[]): Describe {
  return describeIfPresent(names, describeWithEngine);
}

/** Returns `present`. If one of the tools is missing, CI fails, and other machines skip the tests and print what to install. */
export function describeIfPresent(names: readonly Tool[], present: Describe): Describe {
  const missing = names.filter((name) => {
    const [command, ...args] = TOOLS[name].probe;
    return spawnSync(command, args).status !== 0;
  });
  if (missing.length === 0) return present;
  const message = missing.map((name) => `${name} is missing: ${TOOLS[name].install}.`).join(" ");
  if (process.env["CI"] === "true") throw new Error(message);
  process.stdout.write(`${message} The tests that need it are skipped.\n`);
  return describe.skip;
}
