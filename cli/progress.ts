import { shown } from "../provider/values/shown";

type Terminal = Pick<NodeJS.WriteStream, "isTTY" | "columns" | "write">;

const DEFAULT_WIDTH = 80;
const CLEAR_LINE = "\r\x1b[K";

/** Shows what a command is doing, in one line that each text replaces. Shows nothing if stderr is not a terminal. */
export class Progress {
  readonly #terminal: Terminal;
  #isShown = false;

  constructor(terminal: Terminal = process.stderr) {
    this.#terminal = terminal;
  }

  show(text: string): void {
    if (!this.#terminal.isTTY) return;
    // A line that fills the terminal would wrap, and only its last part would be replaced.
    // Some terminals report no width.
    const width = this.#terminal.columns || DEFAULT_WIDTH;
    this.#terminal.write(`${CLEAR_LINE}${shown(text).slice(0, width - 1)}`);
    this.#isShown = true;
  }

  /** Removes the line. Called before anything else is printed. */
  clear(): void {
    if (this.#isShown) this.#terminal.write(CLEAR_LINE);
    this.#isShown = false;
  }
}
