import { execFile } from "node:child_process";
import { readdir, readFile, stat } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";
import * as z from "zod";
import { version } from "../../version";
import { documentedCommand } from "./documented";
import { temporaryFolder } from "./folder";
import { type CleanUp, projectRoot } from "./project";

/** The contents of a folder's `node_modules`: the path of each package, and the bytes of all files. */
interface Modules {
  readonly packages: readonly string[];
  readonly bytes: number;
}

/** A project from Pulumi's template, in which the README's command installed this package. */
export interface Project {
  readonly folder: string;
  readonly before: Modules;
  readonly after: Modules;
}

export async function projectWithPackage(cleanUp: CleanUp): Promise<Project> {
  const folder = await temporaryFolder(cleanUp);
  const install = (npm: string, args: readonly string[]) =>
    promisify(execFile)(npm, [...args], { cwd: folder, env: environment() });

  const manifest = await readFile(join(projectRoot, "package.json"), "utf8");
  const { dependencies } = z.object({ dependencies: z.record(z.string(), z.string()) }).parse(JSON.parse(manifest));
  // The template's own range allows versions of the SDK that the package does not, and npm would change the version.
  const template = [`@pulumi/pulumi@${dependencies["@pulumi/pulumi"]}`, "typescript@^5.0.0", "@types/node@^20"];
  await install("npm", ["install", ...template]);
  const before = await modulesIn(folder);
  const [npm = "", ...command] = await documentedCommand("npm install", ".tgz");
  await install(npm, command.with(-1, join(inject("packages"), `pulumi-dench-${version}.tgz`)));
  return { folder, before, after: await modulesIn(folder) };
}

/** Returns the environment of a user with this Node first on PATH. */
export function environment(node = process.execPath): NodeJS.ProcessEnv {
  const path = [inject("engineBin"), dirname(node), process.env["PATH"]];
  return { ...process.env, PATH: path.filter((folder) => folder !== null).join(delimiter) };
}

async function modulesIn(folder: string): Promise<Modules> {
  const modules = join(folder, "node_modules");
  const lock = JSON.parse(await readFile(join(modules, ".package-lock.json"), "utf8"));
  const { packages } = z.object({ packages: z.record(z.string(), z.unknown()) }).parse(lock);
  const entries = await readdir(modules, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
  return { packages: Object.keys(packages), bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
