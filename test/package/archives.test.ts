import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { extract, list } from "tar";
import { expect, inject, it, onTestFinished } from "vitest";
import { version } from "../../version";
import { temporaryFolder } from "../support/folder";
import { nodeRelease } from "../support/node-release";

const packages = inject("packages");
const PLATFORMS = ["linux", "darwin", "windows"].flatMap((os) => [`${os}-amd64`, `${os}-arm64`]);
const PROGRAMS = ["pulumi-resource-dench", "pulumi-converter-dench"];
const ARCHIVES = PROGRAMS.flatMap((program) => PLATFORMS.map((platform) => ({ program, platform })));
const nameOf = (platform: string, program = "pulumi-resource-dench") => `${program}-v${version}-${platform}.tar.gz`;
const archive = (platform: string, program?: string) => join(packages, nameOf(platform, program));

const WITHOUT_NODE =
  "pulumi-resource-dench needs Node 22.19 or newer, but there is no Node on PATH. Install it, then run again.";

/** Returns the path of the plugin's script, extracted from the archive for macOS. */
async function unpacked(folder: string): Promise<string> {
  await extract({ file: archive("darwin-arm64"), cwd: folder });
  return join(folder, "pulumi-resource-dench");
}

it("a release has archives of both programs for each of the engine's platforms, the npm package, and their checksums", async () => {
  const names = ARCHIVES.map(({ program, platform }) => nameOf(platform, program));
  expect((await readdir(packages)).sort()).toEqual(["SHA256SUMS", `pulumi-dench-${version}.tgz`, ...names].sort());
  const sums = (await readFile(join(packages, "SHA256SUMS"), "utf8")).trim().split("\n");
  expect(sums).toHaveLength(names.length + 1);
  for (const line of sums) {
    const [sum, name = ""] = line.split("  ");
    const content = await readFile(join(packages, name));
    expect(createHash("sha256").update(content).digest("hex"), name).toBe(sum);
  }
});

it.each(ARCHIVES)(
  "the archive of $program for $platform contains only the files that start it",
  async ({ program, platform }) => {
    const entries: [string, string][] = [];
    const file = archive(platform, program);
    await list({ file, onReadEntry: ({ path, mode = 0 }) => entries.push([path, mode.toString(8)]) });
    const isWindows = platform.startsWith("windows");
    const launcher = isWindows ? "pulumi-converter-dench.cmd" : "pulumi-converter-dench";
    expect(entries).toEqual([
      ["LICENSE", "644"],
      ["THIRD-PARTY-LICENSES", "644"],
      ...(platform.startsWith("linux") ? [] : [["package.json", "644"]]),
      [program, "755"],
      ...(isWindows ? [[`${program}.cmd`, "755"]] : []),
      ...(program === "pulumi-resource-dench" ? [[launcher, "755"]] : []),
    ]);
  },
);

it.each(ARCHIVES)(
  "the archive of $program for $platform contains the licenses of what is in it",
  async ({ program, platform }) => {
    const folder = await temporaryFolder();
    await extract({ file: archive(platform, program), cwd: folder }, ["THIRD-PARTY-LICENSES"]);
    const licences = await readFile(join(folder, "THIRD-PARTY-LICENSES"), "utf8");
    for (const name of ["@grpc/grpc-js", "@pulumi/pulumi", "google-protobuf", "undici", "zod"])
      expect(licences).toMatch(new RegExp(`^${name} \\d`, "m"));
    const ofNode = /^Node 24\.\d+\.\d+, in pulumi-resource-dench\n\nNode\.js is licensed for use as follows:$/m;
    expect(ofNode.test(licences)).toBe(platform.startsWith("linux"));
  },
);

it("on Windows, the command file runs the plugin in Node with all arguments, or names the Node that it needs", async () => {
  const folder = await temporaryFolder();
  await extract({ file: archive("windows-amd64"), cwd: folder });
  const lines = (await readFile(join(folder, "pulumi-resource-dench.cmd"), "utf8")).split("\r\n");
  expect(lines).toEqual([
    `@"%SystemRoot%\\System32\\where.exe" /q node || (echo ${WITHOUT_NODE} 1>&2 & exit /b 1)`,
    '@node "%~dp0pulumi-resource-dench" %*',
    "",
  ]);
  const launcher = await readFile(join(folder, "pulumi-converter-dench.cmd"), "utf8");
  expect(launcher).toBe('@"%~dp0pulumi-resource-dench.cmd" --converter %*\r\n');
});

it("the plugin starts in a folder whose package.json declares ES modules", async () => {
  const folder = await temporaryFolder();
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
  const child = spawn(node, [await unpacked(await temporaryFolder())]);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: "",
    stderr: `pulumi-resource-dench needs Node 22.19 or newer, but runs on 18.20.8 (${node}). Install a newer version, or put it first on PATH.\n`,
  });
});

it("without Node the plugin of macOS prints only which version it needs", async () => {
  const child = spawn(await unpacked(await temporaryFolder()), { env: { PATH: "/nonexistent" } });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: "", stderr: `${WITHOUT_NODE}\n` });
});
