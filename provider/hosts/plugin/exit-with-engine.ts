import { fstatSync } from "node:fs";

const PARENT_CHECK_MS = 200;

/**
 * Exits this process as soon as its engine has exited or was killed. A plugin that kept running could retry a request after
 * the next run has recovered from its failure.
 */
export function exitWithEngine(): void {
  const stdin = fstatSync(0);
  if (stdin.isFIFO() || stdin.isSocket()) {
    // The engine holds the other end of the pipe and never writes to it. The system closes it when the engine exits.
    process.stdin.once("close", () => process.exit(0));
    process.stdin.resume();
    return;
  }
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, PARENT_CHECK_MS).unref();
}
