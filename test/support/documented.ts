import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "./project";

/** The commands of a page, as a user would copy them: its indented lines. */
export async function commandsOf(page: string): Promise<string[]> {
  const lines = (await readFile(join(projectRoot, page), "utf8")).split("\n");
  return lines.filter((line) => line.startsWith("    ")).map((line) => line.trim());
}

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

/** Returns the fenced blocks of a page, or of what is under one of its headings, in their order. */
export async function blocksOf(page: string, heading?: string): Promise<Block[]> {
  const whole = await readFile(join(projectRoot, page), "utf8");
  const part = heading === undefined ? whole : whole.split(/^## /m).find((each) => each.startsWith(`${heading}\n`));
  if (part === undefined) throw new Error(`${page} has no heading ${heading}`);
  return Array.from(part.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm), ([, language = "", text = ""]) => ({
    language,
    text,
  }));
}

/** The words of the one command in the README that has all these in it. */
export async function documentedCommand(...words: readonly string[]): Promise<string[]> {
  const commands = (await commandsOf("README.md")).filter((command) => words.every((word) => command.includes(word)));
  const [command] = commands;
  if (command === undefined || commands.length > 1)
    throw new Error(`${commands.length} commands have ${words.join(", ")}`);
  return command.split(/\s+/);
}
