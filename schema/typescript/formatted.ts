import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Returns the text of a file, formatted like `npm run fix` does. */
export async function formatted(file: string, text: string): Promise<string> {
  const biome = require.resolve("@biomejs/biome/bin/biome");
  const running = promisify(execFile)(process.execPath, [biome, "check", "--write", `--stdin-file-path=${file}`]);
  running.child.stdin?.end(text);
  return (await running).stdout;
}
