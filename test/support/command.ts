import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { projectRoot } from "./project";

/** The output and the exit code of a command. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** The environment variables. Defaults to none. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Defaults to an empty stdin. */
  readonly stdin?: string | Buffer;
}

/** Runs `pulumi-dench` with these arguments, without a terminal. */
export function runCommand(args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  return startCommand(args, options).ended;
}

/** A running command. */
export interface StartedCommand {
  readonly interrupt: () => void;
  readonly ended: Promise<CommandResult>;
}

/** Starts `pulumi-dench` with these arguments. It ends with the test at the latest. */
export function startCommand(args: readonly string[], { env = {}, stdin = "" }: CommandOptions = {}): StartedCommand {
  // Detached from the terminal that the tests may run in.
  const child = spawn(process.execPath, [join(projectRoot, "dist/pulumi-dench"), ...args], { env, detached: true });
  onTestFinished(() => void child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk) => {
    stderr += chunk;
  });
  // A command that reads no stdin may exit before it is written.
  child.stdin.on("error", () => {}).end(stdin);
  const ended = once(child, "close").then(([code]) => ({ code, stdout, stderr }));
  return { interrupt: () => void child.kill("SIGINT"), ended };
}
