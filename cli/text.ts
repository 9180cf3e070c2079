import { onOneLine } from "../provider/values/shown";

// Text for people: paragraphs and tables that fit into the lines of a terminal or a log.

const WIDTH = 100;
/** A column that is shortened keeps this width. */
const NARROWEST = 8;
const GAP = "  ";

export interface Column {
  readonly title: string;
  /** Defaults to left. */
  readonly align?: "right";
  /** Whether long cells may be shortened. Defaults to false. */
  readonly shrinks?: boolean;
}

/** Returns a table whose lines have at most 100 columns if its columns can be shortened as far. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map(onOneLine))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => widthOf(row[index] ?? ""))));
  const excess = () => widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) - WIDTH;
  while (excess() > 0) {
    const shrinking = widths.map((width, index) => (columns[index]?.shrinks ? width : 0));
    const widest = Math.max(...shrinking);
    if (widest <= NARROWEST) break;
    widths[shrinking.indexOf(widest)] = widest - 1;
  }
  const lines = cells.map((row) =>
    row.map((cell, index) => aligned(cell, widths[index] ?? 0, columns[index]?.align)).join(GAP),
  );
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

function aligned(cell: string, width: number, align: Column["align"]): string {
  const text = shortened(cell, width);
  const padding = " ".repeat(width - widthOf(text));
  return align === "right" ? padding + text : text + padding;
}

function shortened(cell: string, width: number): string {
  if (widthOf(cell) <= width) return cell;
  let text = "";
  for (const character of cell) {
    if (widthOf(text + character) >= width) break;
    text += character;
  }
  return `${text}…`;
}

/** Returns the number of columns that a text takes on a terminal. */
function widthOf(text: string): number {
  const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/gu;
  return text.replace(/\p{M}/gu, "").replace(wide, "  ").length;
}

/** Returns a text with each line indented and wrapped between words. */
export function paragraph(text: string, indentation = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of onOneLine(text).split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || indentation.length + widthOf(longer) <= WIDTH) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].map((each) => `${indentation}${each}\n`).join("");
}

/** Returns a count with its noun, such as `1 key` or `2 keys`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
