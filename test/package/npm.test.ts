import { execFile } from "node:child_process";
import { access, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { extract, list } from "tar";
import { expect, inject, it } from "vitest";
import { version } from "../../version";
import { temporaryFolder } from "../support/folder";
import { projectRoot } from "../support/project";

const tarball = join(inject("packages"), `pulumi-dench-${version}.tgz`);
const tool = (name: string) => join(projectRoot, "node_modules/.bin", name);

/** Returns the output of a command without colors, even if the command fails. */
async function printed(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args).catch((error) => error);
  return stripVTControlCharacters(stdout);
}

/** Returns the sizes of the package's files by path. */
async function packedFiles(): Promise<Map<string, number>> {
  const files = new Map<string, number>();
  await list({ file: tarball, onReadEntry: ({ path, size }) => files.set(path.replace("package/", ""), size) });
  return files;
}

/** Returns a folder with the package's files. */
async function unpacked(): Promise<string> {
  const folder = await temporaryFolder();
  await extract({ file: tarball, cwd: folder, strip: 1 });
  return folder;
}

/** Matches a module of the package: its path without the extension, and the extension. */
const MODULE = /^dist\/((?:version|node-version|proxy|(?:contract|provider|sdk)\/.+?))(\.js|\.d\.ts)$/;

it("the npm package contains only the built modules, the bundles and the documents, and every module has a source", async () => {
  const files = [...(await packedFiles()).keys()];
  expect(files.filter((file) => !MODULE.test(file)).sort()).toEqual([
    "CHANGELOG.md",
    "LICENSE",
    "PulumiPlugin.yaml",
    "README.md",
    "SECURITY.md",
    "THIRD-PARTY-LICENSES",
    "dist/pulumi-dench",
    "package.json",
    "pulumi-converter-dench",
    "pulumi-resource-dench",
    "pulumi-resource-dench.cmd",
  ]);
  for (const file of files) {
    const stem = MODULE.exec(file)?.[1];
    if (stem === undefined) continue;
    const source = access(join(projectRoot, `${stem}.ts`));
    await expect(source, `${file} is old: npm run build:clean`).resolves.toBeUndefined();
  }
});

it("every module of the npm package imports only Node's modules, its own, and the three libraries of an install", async () => {
  const folder = await unpacked();
  const files = await packedFiles();
  const libraries = new Set<string>();
  for (const file of files.keys()) {
    const [, , extension] = MODULE.exec(file) ?? [];
    if (extension === undefined) continue;
    const text = await readFile(join(folder, file), "utf8");
    for (const [, required, imported] of text.matchAll(/\b(?:require|import)\("([^"]+)"\)|\bfrom "([^"]+)"/g)) {
      const name = required ?? imported ?? "";
      if (name.startsWith(".")) {
        const target = join(dirname(file), name.replace(/\.js$/, ""));
        const found = [target + extension, join(target, `index${extension}`)].some((path) => files.has(path));
        expect(found, `${name} in ${file}`).toBe(true);
      } else if (!name.startsWith("node:")) libraries.add(/^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
    }
  }
  expect([...libraries].sort()).toEqual(["@pulumi/pulumi", "pulumi-dench", "undici", "zod"]);
});

it("the npm package contains the licenses of the bundled libraries, and names the bundle of each", async () => {
  const folder = await unpacked();
  const licenses = await readFile(join(folder, "THIRD-PARTY-LICENSES"), "utf8");
  for (const name of ["@grpc/grpc-js", "@pulumi/pulumi", "google-protobuf"])
    expect(licenses).toMatch(new RegExp(`^${name} \\d\\S+, in pulumi-resource-dench$`, "m"));
  for (const name of ["undici", "zod"])
    expect(licenses).toMatch(
      new RegExp(`^${name} \\d\\S+, in pulumi-resource-dench, pulumi-dench, and pulumi-dench/dynamic-host$`, "m"),
    );
  for (const name of ["@hono/node-server", "eventsource-parser", "gpt-tokenizer", "hono", "zod-openapi"])
    expect(licenses).toMatch(new RegExp(`^${name} \\d\\S+, in pulumi-dench$`, "m"));
});

it("the npm package is at most 2.2 MB to download, and 7 MB on disk", async () => {
  expect((await stat(tarball)).size).toBeLessThan(2_200_000);
  const sizes = [...(await packedFiles()).values()];
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(7_000_000);
});

it("the npm package passes publint", async () => {
  expect(await printed(tool("publint"), tarball, "--strict")).toMatch(/All good!\s*$/);
});

it("the npm package has the right types for every way to resolve its modules", async () => {
  expect(await printed(tool("attw"), tarball)).toContain("No problems found");
});
