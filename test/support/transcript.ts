import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { fenced } from "../../schema/documents/markdown";
import { withSection } from "../../schema/documents/section";
import { projectRoot } from "./project";

const WIDTH = 100;

/**
 * Expects the document to show the output of a real run between the marks `<!-- name -->` and `<!-- /name -->`. Values that
 * change from run to run may differ. `npm run transcripts` writes the output into the document.
 */
export async function expectShown(document: string, name: string, output: string): Promise<void> {
  const path = join(projectRoot, document);
  const current = await readFile(path, "utf8");
  const wanted = withSection(current, name, fenced("text", wrapped(output)));
  if (isUpdate() && stable(current) !== stable(wanted)) await writeFile(path, wanted);
  else expect(stable(current)).toBe(stable(wanted));
}

/** Returns whether this run writes its output into the documents, as `npm run transcripts` does. */
export function isUpdate(): boolean {
  return expect.getState().snapshotState.snapshotUpdateState === "all";
}

/** Replaces values that change from run to run, and line breaks. Each key ID becomes its own number. */
export function stable(text: string): string {
  const ids: string[] = [];
  const numberOf = (id: string): string => {
    if (!ids.includes(id)) ids.push(id);
    return `key ${ids.indexOf(id)}`;
  };
  return text
    .replace(/\bkey_\w{10,}/g, numberOf)
    .replace(/…\w{4}\b/g, "…last")
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "time")
    .replace(/\b\d+(?:\.\d+)?m?s\b/g, "duration")
    .replace(/\s+/g, " ");
}

/** Wraps long lines between words, and keeps their indentation. */
export function wrapped(output: string): string {
  return output.split("\n").map(wrappedLine).join("\n");
}

function wrappedLine(line: string): string {
  const end = line.length <= WIDTH ? -1 : line.lastIndexOf(" ", WIDTH);
  const [indentation = ""] = /^ */.exec(line) ?? [];
  if (end <= indentation.length) return line.trimEnd();
  return `${line.slice(0, end)}\n${wrappedLine(indentation + line.slice(end + 1))}`;
}
