import { spawn } from "node:child_process";
import { once } from "node:events";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { EndedStep } from "../../../tools/engine/steps";
import { type Outcome, stepsOf, type TestStack } from "../../support/stack";

/**
 * Runs a command on a stack through another language's Automation API. The program runs in the project's folder, gets the
 * command as the last argument, and writes its result to file descriptor 3, because the result contains key values.
 */
export async function automate(
  { stack, workDir }: TestStack,
  command: string,
  [file, ...args]: readonly [string, ...string[]],
): Promise<Outcome> {
  const { name: project } = await stack.workspace.projectSettings();
  const child = spawn(file, [...args, command], {
    cwd: workDir,
    env: { ...process.env, ...stack.workspace.envVars, PULUMI_PROJECT: project, PULUMI_STACK: stack.name },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const [[code], printed, errors, result] = await Promise.all([
    once(child, "close"),
    textOf(child.stdout),
    textOf(child.stderr),
    textOf(child.stdio[3]),
  ]);
  if (code !== 0) throw new Error(`${file} ${command} exited with ${code}:\n${printed}\n${errors}`);
  const { steps, outputs }: { steps: EndedStep[]; outputs: Outcome["outputs"] } = JSON.parse(result);
  return { steps: stepsOf(steps), outputs, output: printed + errors };
}

function textOf(stream: unknown): Promise<string> {
  if (!(stream instanceof Readable)) throw new Error("the process has no such stream");
  return text(stream);
}
