import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The program of another release of Node, from the package registry and npm's cache. */
export async function nodeRelease(version: string): Promise<string> {
  const args = ["exec", "--yes", `--package=node@${version}`, "--", "node", "-p", "process.execPath"];
  const { stdout } = await promisify(execFile)("npm", args);
  return stdout.trim();
}
