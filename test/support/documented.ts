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

/** The fenced blocks under one heading of a page, in their order. */
export async function blocksUnder(page: string, heading: string): Promise<Block[]> {
  const text = await readFile(join(projectRoot, page), "utf8");
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`${page} has no heading ${heading}`);
  return Array.from(section.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm), ([, language = "", block = ""]) => ({
    language,
    text: block,
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
