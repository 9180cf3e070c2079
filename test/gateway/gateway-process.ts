import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import * as z from "zod";
import { projectRoot } from "../support/project";

const Addresses = z.strictObject({
  url: z.string(),
  baseUrl: z.string(),
  gatewayUrl: z.string(),
  adminToken: z.string(),
  memberToken: z.string(),
  signInUrl: z.string(),
});
export type Addresses = z.infer<typeof Addresses>;

/** A process that runs `pulumi-dench gateway`. */
export interface GatewayProcess {
  readonly process: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly exited: Promise<number | null>;
}

export function spawnGateway(...args: string[]): GatewayProcess {
  return spawnGatewayBy([], ...args);
}

/** Starts a gateway with a launcher: a command that runs the rest of its command line. */
export function spawnGatewayBy(launcher: readonly string[], ...args: string[]): GatewayProcess {
  return spawnCommand([...launcher, process.execPath, join(projectRoot, "dist/pulumi-dench"), "gateway", ...args]);
}

/** Runs a command line that starts a gateway. */
export function spawnCommand([program = "", ...args]: readonly string[]): GatewayProcess {
  const child = spawn(program, args);
  onTestFinished(() => void child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { process: child, stdout: () => stdout, stderr: () => stderr, exited };
}

/** Returns what the gateway prints with --json when it is listening. */
export async function listening(running: GatewayProcess): Promise<Addresses> {
  await printed(running, /\n/);
  return Addresses.parse(JSON.parse(running.stdout()));
}

/** Waits until the output of the gateway matches. Rejects if the gateway exits. */
export async function printed(running: GatewayProcess, wanted: RegExp): Promise<RegExpExecArray> {
  const { stdout } = running.process;
  if (!stdout) throw new Error("no stdout");
  for (;;) {
    const found = wanted.exec(running.stdout());
    if (found) return found;
    await Promise.race([
      once(stdout, "data"),
      running.exited.then(() => Promise.reject(new Error(`the gateway exited: ${running.stderr()}`))),
    ]);
  }
}
