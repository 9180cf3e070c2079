import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { extract, list } from "tar";
import { expect, inject, it, onTestFinished } from "vitest";
import { writePackages } from "../../tools/release/packages";
import { version } from "../../version";
import { temporaryFolder } from "../support/folder";
import { nodeRelease } from "../support/node-release";
import { projectRoot } from "../support/project";

const packages = inject("packages");
const PLATFORMS = ["linux", "darwin", "windows"].flatMap((os) => [`${os}-amd64`, `${os}-arm64`]);
const archive = (platform: string) => join(packages, `pulumi-resource-dench-v${version}-${platform}.tar.gz`);

async function newFolder(): Promise<string> {
  const folder = await temporaryFolder();
  return folder;
}

/** Returns the folder of the plugin, extracted from the archive for Linux. */
async function unpacked(folder: string): Promise<string> {
  await extract({ file: archive("linux-amd64"), cwd: folder });
  return join(folder, "pulumi-resource-dench");
}

it("a release has an archive for each of the engine's platforms, the npm package, and their checksums", async () => {
  const names = [...PLATFORMS.map((platform) => `pulumi-resource-dench-v${version}-${platform}.tar.gz`)];
  expect((await readdir(packages)).sort()).toEqual(["SHA256SUMS", `pulumi-dench-${version}.tgz`, ...names].sort());
  const sums = (await readFile(join(packages, "SHA256SUMS"), "utf8")).trim().split("\n");
  expect(sums).toHaveLength(names.length + 1);
  for (const line of sums) {
    const [sum, name = ""] = line.split("  ");
    const content = await readFile(join(packages, name));
    expect(createHash("sha256").update(content).digest("hex"), name).toBe(sum);
  }
});

it("the same build gives the same bytes", async () => {
  const folder = join(await newFolder(), "again");
  await writePackages(projectRoot, folder);
  const [first, second] = await Promise.all([packages, folder].map((of) => readFile(join(of, "SHA256SUMS"), "utf8")));
  expect(second).toBe(first);
});

it.each(PLATFORMS)("the archive for %s contains only the files that start the plugin there", async (platform) => {
  const entries: [string, string][] = [];
  await list({ file: archive(platform), onReadEntry: ({ path, mode = 0 }) => entries.push([path, mode.toString(8)]) });
  expect(entries).toEqual([
    ["LICENSE", "644"],
    ["THIRD-PARTY-LICENSES", "644"],
    ["package.json", "644"],
    ["pulumi-resource-dench", "755"],
    ...(platform.startsWith("windows") ? [["pulumi-resource-dench.cmd", "755"]] : []),
  ]);
});

it("the archive contains the licenses of the libraries in the plugin", async () => {
  const folder = await newFolder();
  await unpacked(folder);
  const licences = await readFile(join(folder, "THIRD-PARTY-LICENSES"), "utf8");
  for (const name of ["@grpc/grpc-js", "@pulumi/pulumi", "google-protobuf", "undici", "zod"])
    expect(licences).toMatch(new RegExp(`^${name} \\d`, "m"));
});

it("on Windows, the command file runs the plugin in Node with all arguments, regardless of the folder's name", async () => {
  const folder = await newFolder();
  await extract({ file: archive("windows-amd64"), cwd: folder });
  expect(await readFile(join(folder, "pulumi-resource-dench.cmd"), "utf8")).toBe(
    '@node "%~dp0pulumi-resource-dench" %*\r\n',
  );
});

it("the plugin starts in a folder whose package.json declares ES modules", async () => {
  const folder = await newFolder();
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  const below = join(folder, "plugin");
  await mkdir(below);
  const child = spawn(process.execPath, [await unpacked(below)]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const [chunk] = await once(child.stdout, "data");
  expect(String(chunk)).toMatch(/^\d+\n$/);
});

it("on an older Node the plugin prints only which version it needs and which one it found", async () => {
  const node = await nodeRelease("18.20.8");
  const child = spawn(node, [await unpacked(await newFolder())]);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: "",
    stderr: `pulumi-resource-dench needs Node 22.19 or newer, but runs on 18.20.8 (${node}). Install a newer version, or put it first on PATH.\n`,
  });
});
