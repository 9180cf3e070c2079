import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** A text that a person types after the terminal has shown another one. */
interface Typed {
  readonly after: string;
  readonly text: string;
}

export interface TerminalOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly typed: readonly Typed[];
}

/** Runs the command line of its arguments in a terminal, types, and prints what the terminal shows. */
const PROGRAM = `
import json, os, pty, sys

child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
shown = b""
for step in json.load(sys.stdin):
    start = len(shown)
    while step["after"].encode() not in shown[start:]:
        shown += os.read(terminal, 4096)
    os.write(terminal, step["text"].encode())
while True:
    try:
        part = os.read(terminal, 4096)
    except OSError:
        break
    if not part:
        break
    shown += part
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
`;

/** Runs a command line in a terminal. Returns its exit code, and everything that the terminal showed. */
export async function runInTerminal(
  command: readonly string[],
  { env, typed }: TerminalOptions,
): Promise<{ code: number | null; shown: string }> {
  const child = spawn("python3", ["-c", PROGRAM, ...command], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  child.stdin.end(JSON.stringify(typed));
  const [shown, [code]] = await Promise.all([text(child.stdout), once(child, "close")]);
  return { code, shown };
}
