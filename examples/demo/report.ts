import type { Key } from "../../contract/port";

const useColor = process.stdout.isTTY && !process.env["NO_COLOR"];
const paint = (code: number, text: string) => (useColor ? `\u001b[${code}m${text}\u001b[0m` : text);

/** Prints the steps of the demo, and counts its checks. */
export class Report {
  #failed = 0;
  #checked = 0;

  step(title: string): void {
    process.stdout.write(`\n${paint(1, title)}\n`);
  }

  say(text: string): void {
    process.stdout.write(`${text.replace(/^/gm, "  ")}\n`);
  }

  check(claim: string, passed: boolean): void {
    this.#checked += 1;
    if (!passed) this.#failed += 1;
    this.say(passed ? `${paint(32, "✓")} ${claim}` : `${paint(31, "✗")} ${claim}: failed`);
  }

  /** Prints the result. Returns true if every check passed. */
  close(): boolean {
    const passed = this.#failed === 0;
    const result = passed
      ? `All ${this.#checked} checks passed.`
      : `${this.#failed} of ${this.#checked} checks failed.`;
    process.stdout.write(`\n${paint(passed ? 32 : 31, result)}\n`);
    return passed;
  }
}

const COLUMNS: readonly (readonly [string, (key: Key) => string])[] = [
  ["Name", ({ name }) => name],
  ["Key", ({ prefix, last4 }) => `${prefix}•••••••${last4}`],
  ["Created By", ({ createdBy }) => createdBy?.name ?? "—"],
  ["30d Requests", ({ usage30d }) => String(usage30d.requests)],
  ["30d Cost", ({ usage30d }) => `$${usage30d.costUsd.toFixed(2)}`],
  ["Last Used", ({ lastUsedAt }) => (lastUsedAt ? since(lastUsedAt) : "Never")],
  ["Status", ({ status }) => status.charAt(0).toUpperCase() + status.slice(1)],
];

/** Formats keys as the table of Settings → API Keys. */
export function keyTable(keys: readonly Key[]): string {
  const rows = [COLUMNS.map(([title]) => title), ...keys.map((key) => COLUMNS.map(([, cell]) => cell(key)))];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")).join("\n");
}

function since(time: number): string {
  const seconds = Math.round((Date.now() - time) / 1000);
  return seconds < 60 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
}
