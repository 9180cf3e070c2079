import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { projectRoot } from "../support/project";

const plugin = join(projectRoot, "pulumi-resource-dench");

async function started(
  command: string,
  ...args: string[]
): Promise<{ process: ChildProcessWithoutNullStreams; line: string }> {
  const child = spawn(command, args);
  onTestFinished(() => void child.kill("SIGKILL"));
  const [chunk] = await once(child.stdout, "data");
  return { process: child, line: String(chunk) };
}

it("the built plugin is one file that Node runs, and prints its port alone on the first line", async () => {
  expect(await readFile(plugin, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  const { line } = await started(process.execPath, plugin, "127.0.0.1:1");
  expect(line).toMatch(/^\d+\n$/);
});

it("the plugin ends as soon as its engine lets go of its stdin", async () => {
  const { process: child } = await started(process.execPath, plugin);
  const exited = once(child, "exit");
  child.stdin.destroy();
  expect(await exited).toEqual([0, null]);
});

it("the plugin ends with a parent that is killed, where stdin is no pipe", async () => {
  const script = `"${process.execPath}" "${plugin}" < /dev/null & wait`;
  const shell = spawn("sh", ["-c", script]);
  onTestFinished(() => void shell.kill("SIGKILL"));
  await once(shell.stdout, "data");
  // The plugin shares the shell's stdout, which closes when the last of the two is gone.
  const closed = once(shell.stdout, "close");
  shell.kill("SIGKILL");
  await closed;
});
