import { execFile } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";

const INTERVAL_MS = 250;
const SMALL_CHANGE = 0.005;

/** Returns the resident memory of a process in MiB, once it no longer changes. */
export async function memoryAtRest(pid: number): Promise<number> {
  let before = await residentMiB(pid);
  for (;;) {
    await setTimeout(INTERVAL_MS);
    const now = await residentMiB(pid);
    if (Math.abs(now - before) < SMALL_CHANGE * now) return now;
    before = now;
  }
}

async function residentMiB(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) / 1024;
}
