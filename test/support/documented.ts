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

/** The text of a page, or of what stands under one of its headings. */
export async function sectionOf({ page, heading }: { page: string; heading?: string }): Promise<string> {
  const text = await readFile(join(projectRoot, page), "utf8");
  if (heading === undefined) return text;
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`${page} has no heading ${heading}`);
  return section;
}

/** The fenced blocks of a text, in their order. */
export function blocksOf(section: string): Block[] {
  return Array.from(section.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm), ([, language = "", text = ""]) => ({
    language,
    text,
  }));
}

/** The rows of the first table after a line of a page, without its head: of each row, the texts of its cells. */
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

/** The words of the one command in the README that has all these in it. */
export async function documentedCommand(...words: readonly string[]): Promise<string[]> {
  const commands = (await commandsOf("README.md")).filter((command) => words.every((word) => command.includes(word)));
  const [command] = commands;
  if (command === undefined || commands.length > 1)
    throw new Error(`${commands.length} commands have ${words.join(", ")}`);
  return command.split(/\s+/);
}
