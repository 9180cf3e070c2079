import { once } from "node:events";
import { openSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { ReadStream } from "node:tty";

/** The terminal that a process runs in, even if its stdin is a pipe. */
const TERMINAL = process.platform === "win32" ? "\\\\.\\CONIN$" : "/dev/tty";

const CTRL_C = "\x03";
/** Enter and Ctrl-D. */
const ENDS: ReadonlySet<string> = new Set(["\r", "\n", "\x04"]);
const BACKSPACES: ReadonlySet<string> = new Set(["\x7f", "\b"]);

/**
 * Shows a prompt on stderr, and returns the line that is typed on stdin, without showing it. Stdin must be a terminal. Rejects
 * if the signal aborts.
 */
export async function readHidden(prompt: string, signal: AbortSignal): Promise<string> {
  const { stdin, stderr } = process;
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  stderr.write(prompt);
  try {
    let text = "";
    for (;;) {
      const [typed]: unknown[] = await once(stdin, "data", { signal });
      for (const character of String(typed)) {
        // In raw mode, Ctrl-C sends no signal.
        if (character === CTRL_C) interrupt();
        else if (ENDS.has(character)) return text;
        else text = BACKSPACES.has(character) ? text.slice(0, -1) : text + character;
      }
    }
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    stderr.write("\n");
  }
}

/**
 * Shows a prompt on stderr, and returns the line that is typed on the terminal. Returns undefined if there is no terminal.
 * Rejects if the signal aborts.
 */
export async function readLine(prompt: string, signal: AbortSignal): Promise<string | undefined> {
  const input = openTerminal();
  if (input === undefined) return undefined;
  const lines = createInterface({ input, output: process.stderr });
  lines.on("SIGINT", interrupt);
  try {
    // Ctrl-D closes the interface, and the question would wait forever.
    return await Promise.race([lines.question(prompt, { signal }), once(lines, "close").then(() => "")]);
  } finally {
    lines.close();
    input.destroy();
  }
}

function openTerminal(): ReadStream | undefined {
  try {
    return new ReadStream(openSync(TERMINAL, "r"));
  } catch {
    return undefined;
  }
}

function interrupt(): void {
  process.kill(process.pid, "SIGINT");
}
