import { constants } from "node:os";
import { errorText } from "../provider/errors";
import { type InventoriedWorkspace, openWorkspace } from "../provider/inventory/workspace";
import { Secrets } from "../provider/values/secrets";
import { Progress } from "./progress";

/** What a command that reads a workspace works with. */
export interface WorkspaceCommand {
  readonly workspace: InventoriedWorkspace;
  readonly progress: Progress;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  /** Prints a text on stdout, without the secrets that this process has seen. */
  readonly print: (text: string) => void;
  /** Prints a line on stderr, without the secrets that this process has seen. */
  readonly warn: (line: string) => void;
}

/**
 * Runs a command with the workspace that the environment variables name. Returns its exit code. If it fails, prints the error
 * and returns 1. Ctrl-C cancels it, and the second Ctrl-C ends the process.
 */
export async function runOnWorkspace(run: (command: WorkspaceCommand) => Promise<number>): Promise<number> {
  const progress = new Progress();
  let secrets = new Secrets();
  const write = (stream: NodeJS.WriteStream, text: string) => {
    progress.clear();
    stream.write(secrets.clean(text));
  };
  const warn = (line: string) => write(process.stderr, `${line}\n`);
  const interruption = new AbortController();
  let interruptedBy: "SIGINT" | "SIGTERM" | undefined;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      interruptedBy ??= signal;
      interruption.abort();
    });
  }
  try {
    const { signal } = interruption;
    const workspace = openWorkspace({ env: process.env, warn, signal });
    ({ secrets } = workspace);
    const code = await run({ workspace, progress, signal, print: (text) => write(process.stdout, text), warn });
    progress.clear();
    return code;
  } catch (error) {
    warn(errorText(error));
    return interruptedBy === undefined ? 1 : 128 + constants.signals[interruptedBy];
  }
}
