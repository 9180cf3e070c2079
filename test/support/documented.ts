import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "./project";

/** The words of the one command in the README that has all these in it, as a user would copy it. */
export async function documentedCommand(...words: readonly string[]): Promise<string[]> {
  const text = await readFile(join(projectRoot, "README.md"), "utf8");
  const lines = text
    .split("\n")
    .filter((line) => line.startsWith("    ") && words.every((word) => line.includes(word)));
  const [line] = lines;
  if (line === undefined || lines.length > 1) throw new Error(`${lines.length} commands have ${words.join(", ")}`);
  return line.trim().split(/\s+/);
}
