import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "./project";

/** Returns the commands of a page: its indented lines. */
export async function commandsOf(page: string): Promise<string[]> {
  const lines = (await readFile(join(projectRoot, page), "utf8")).split("\n");
  return lines.filter((line) => line.startsWith("    ")).map((line) => line.trim());
}

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

/** Returns the text of a page, or of one of its sections. */
export async function sectionOf({ page, heading }: { page: string; heading?: string }): Promise<string> {
  const text = await readFile(join(projectRoot, page), "utf8");
  if (heading === undefined) return text;
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`${page} has no heading ${heading}`);
  return section;
}

/** Returns the fenced blocks of a text in order. */
export function blocksOf(section: string): Block[] {
  return Array.from(section.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm), ([, language = "", text = ""]) => ({
    language,
    text,
  }));
}

/** Returns the rows of the first table after a line of a page, without its head, as the texts of their cells. */
export async function tableAfter(page: string, line: string): Promise<string[][]> {
  const text = await readFile(join(projectRoot, page), "utf8");
  const [, after] = text.split(`${line}\n`);
  if (after === undefined) throw new Error(`${page} has no line ${line}`);
  const [table = ""] = /^\|.*(?:\n\|.*)*/m.exec(after) ?? [];
  const [, , ...rows] = table.split("\n");
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Returns the words of the only command in the README that contains all these words. */
export async function documentedCommand(...words: readonly string[]): Promise<string[]> {
  const commands = (await commandsOf("README.md")).filter((command) => words.every((word) => command.includes(word)));
  const [command] = commands;
  if (command === undefined || commands.length > 1)
    throw new Error(`${commands.length} commands contain ${words.join(", ")}`);
  return command.split(/\s+/);
}
