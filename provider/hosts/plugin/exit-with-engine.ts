import { fstatSync } from "node:fs";

const PARENT_CHECK_MS = 200;

/**
 * Ends this process as soon as its engine is gone, however the engine ended. A plugin that lived on could send a request
 * again that the next run has already put right.
 */
export function exitWithEngine(): void {
  const stdin = fstatSync(0);
  if (stdin.isFIFO() || stdin.isSocket()) {
    // The engine holds the other end and writes nothing: the system closes it, whatever happens to the engine.
    process.stdin.once("close", () => process.exit(0));
    process.stdin.resume();
    return;
  }
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit(0);
  }, PARENT_CHECK_MS).unref();
}
