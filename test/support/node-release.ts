import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Returns the path of another Node release, from npm's registry or cache. */
export async function nodeRelease(version: string): Promise<string> {
  const args = ["exec", "--yes", `--package=node@${version}`, "--", "node", "-p", "process.execPath"];
  const { stdout } = await promisify(execFile)("npm", args);
  return stdout.trim();
}
