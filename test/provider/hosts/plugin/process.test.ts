import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient, ResourceProviderService as service } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { GetSchemaRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { describe, expect, it, onTestFinished } from "vitest";
import { examples } from "../../../../schema/examples/registry";
import { temporaryFolder } from "../../../support/folder";
import { sendRequest } from "../../../support/plugin";
import { projectRoot } from "../../../support/project";

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

it("the built plugin is a single file for Node, and prints only its port on the first line", async () => {
  expect(await readFile(plugin, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
  const { line } = await started(process.execPath, plugin, "127.0.0.1:1");
  expect(line).toMatch(/^\d+\n$/);
});

const committedSchema = () => readFile(join(projectRoot, "provider/schema.json"), "utf8");

it("the built plugin returns the committed schema", async () => {
  const { line } = await started(process.execPath, plugin);
  const client = new ResourceProviderClient(`127.0.0.1:${line.trim()}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  const response = await sendRequest(client, service.getSchema, new GetSchemaRequest());
  expect(response.getSchema()).toBe(JSON.stringify(JSON.parse(await committedSchema())));
});

it("the built plugin contains no example programs except those in its schema", async () => {
  const [bundle, schema] = [await readFile(plugin, "utf8"), await committedSchema()];
  const programs = Object.values(examples).flatMap((shown) => shown.flatMap(({ programs }) => Object.values(programs)));
  // Lines that need no quoting, and that occur only in examples.
  const lines = programs
    .flatMap((program) => program.split("\n"))
    .filter((line) => /^[\w ().,:;=<>@/-]{25,}$/.test(line));
  const count = (text: string, line: string) => text.split(line).length - 1;
  expect(lines.length).toBeGreaterThan(20);
  for (const line of new Set(lines)) expect(count(bundle, line), line).toBe(count(schema, line));
});

describe("the compiled code of the built plugin", () => {
  /** Starts the plugin with this Pulumi home, and ends the run as the engine does. */
  async function runOnce(home: string): Promise<void> {
    const child = spawn(process.execPath, [plugin], { env: { ...process.env, PULUMI_HOME: home } });
    onTestFinished(() => void child.kill("SIGKILL"));
    const [port] = await once(child.stdout, "data");
    const client = new ResourceProviderClient(`127.0.0.1:${String(port).trim()}`, credentials.createInsecure());
    onTestFinished(() => client.close());
    await sendRequest(client, service.getSchema, new GetSchemaRequest());
    await sendRequest(client, service.cancel, new Empty());
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  const folderIn = (home: string) => join(home, "dench-compile-cache");

  /** Returns the path of the only file that is kept. */
  async function keptIn(home: string): Promise<string> {
    const entries = await readdir(folderIn(home), { recursive: true, withFileTypes: true });
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    expect(paths).toHaveLength(1);
    return paths.join();
  }

  it("is kept in Pulumi's home, for its user alone, and is used by the next start", async () => {
    const home = await temporaryFolder();
    await runOnce(home);
    expect((await stat(folderIn(home))).mode & 0o777).toBe(0o700);
    const kept = await keptIn(home);
    const { mtimeMs } = await stat(kept);
    await runOnce(home);
    expect(await keptIn(home)).toBe(kept);
    // Node writes the code again if it cannot use it.
    expect((await stat(kept)).mtimeMs).toBe(mtimeMs);
  });

  it.each([
    ["is cut off", (code: Buffer) => code.subarray(0, code.length / 2)],
    ["has other bytes", (code: Buffer) => code.fill(0, 100, 1000)],
  ])("is compiled again if its file %s, and the plugin runs", async (_what, damage) => {
    const home = await temporaryFolder();
    await runOnce(home);
    const kept = await keptIn(home);
    const damaged = damage(await readFile(kept));
    await writeFile(kept, damaged);
    await runOnce(home);
    expect((await readFile(kept)).equals(damaged)).toBe(false);
  });

  it.each([
    ["does not exist", async (folder: string) => join(folder, "none")],
    ["is a file", async (folder: string) => writeFile(join(folder, "file"), "").then(() => join(folder, "file"))],
  ])("is not kept if Pulumi's home %s, and the plugin runs", async (_what, homeIn) => {
    const folder = await temporaryFolder();
    const home = await homeIn(folder);
    const before = await readdir(folder);
    await runOnce(home);
    expect(await readdir(folder)).toEqual(before);
  });
});

it("a plugin whose code cannot be loaded exits with the reason in one line", async () => {
  const damaged = (await readFile(plugin, "utf8")).replace(/\.runModule\(["'`]/, "$&throw Error(404);");
  const home = await temporaryFolder();
  const file = join(home, "pulumi-resource-dench");
  await writeFile(file, damaged);
  const child = spawn(process.execPath, [file], { env: { ...process.env, PULUMI_HOME: home } });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [stderr, exited] = await Promise.all([text(child.stderr), once(child, "exit")]);
  expect(exited).toEqual([1, null]);
  expect(stderr).toBe("The plugin pulumi-resource-dench could not be loaded: Error: 404. Install it again.\n");
});

it("the plugin exits when its engine closes the plugin's stdin", async () => {
  const { process: child } = await started(process.execPath, plugin);
  const exited = once(child, "exit");
  child.stdin.destroy();
  expect(await exited).toEqual([0, null]);
});

it("the plugin exits when its parent is killed, if stdin is not a pipe", async () => {
  const script = `"${process.execPath}" "${plugin}" < /dev/null & wait`;
  const shell = spawn("sh", ["-c", script]);
  onTestFinished(() => void shell.kill("SIGKILL"));
  await once(shell.stdout, "data");
  // The plugin shares the shell's stdout, which closes after both have exited.
  const closed = once(shell.stdout, "close");
  shell.kill("SIGKILL");
  await closed;
});
