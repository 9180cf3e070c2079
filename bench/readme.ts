import type { Line } from "./results";

/** A row of a table that ends with the command of a bench row: what is measured, ours, the reference, the ratio, the command. */
const FIGURES = /^\| ([^|]+) \| [^|]+ \| [^|]+ \| [^|]+ \| `npm run bench -- ([^`|]+)` \|$/gm;

/** Returns the names of the rows whose figures a document shows. */
export function shownRows(document: string): string[] {
  return Array.from(document.matchAll(FIGURES), ([, , name = ""]) => name);
}

/** Returns the document with the figures of these lines. Figures of other rows are unchanged. */
export function withFigures(document: string, lines: readonly Line[]): string {
  return document.replace(FIGURES, (shown, what: string, name: string) => {
    const line = lines.find((each) => each.name === name);
    return line
      ? `| ${what} | ${line.ours} | ${line.reference} | ${line.ratio} | \`npm run bench -- ${name}\` |`
      : shown;
  });
}
