import { execFile } from "node:child_process";
import { access, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { list } from "tar";
import { expect, inject } from "vitest";
import { version } from "../../version";
import { temporaryFolder } from "../support/folder";
import { environment } from "../support/npm-install";
import { projectRoot } from "../support/project";
import { itInRest } from "../support/sample";

const TEN_MINUTES = 600_000;
const NOT_COPIED = new Set([".git", "node_modules", "packages", "dist"]);

/** Returns an unbuilt copy of this checkout with the same libraries, and its own cache in `node_modules`. */
async function copyOfCheckout(): Promise<string> {
  const folder = await temporaryFolder();
  const filter = (path: string) => dirname(path) !== projectRoot || !NOT_COPIED.has(basename(path));
  await cp(projectRoot, folder, { recursive: true, filter });
  const [from, to] = [join(projectRoot, "node_modules"), join(folder, "node_modules")];
  await mkdir(to);
  const names = (await readdir(from)).filter((name) => name !== ".cache");
  await Promise.all(names.map((name) => symlink(join(from, name), join(to, name))));
  return folder;
}

itInRest(
  "a build without dist writes every file of the npm package, and a build removes the files of deleted sources",
  async () => {
    const folder = await copyOfCheckout();
    const build = () => promisify(execFile)("npm", ["run", "build"], { cwd: folder, env: environment() });
    await build();
    await rm(join(folder, "dist"), { recursive: true });
    await build();
    const files: string[] = [];
    const tarball = join(inject("packages"), `pulumi-dench-${version}.tgz`);
    await list({ file: tarball, onReadEntry: ({ path }) => files.push(path.replace("package/", "")) });
    for (const file of files) await expect(access(join(folder, file)), file).resolves.toBeUndefined();

    const compiled = join(folder, "dist/provider/resources/primary-sandbox-key");
    for (const ending of [".js", ".d.ts"]) await writeFile(compiled + ending, "");
    await build();
    for (const ending of [".js", ".d.ts"]) await expect(access(compiled + ending)).rejects.toThrow("ENOENT");
  },
  TEN_MINUTES,
);

itInRest(
  "a builder with another umask, time zone and folder writes the same bytes",
  async () => {
    const folder = await copyOfCheckout();
    const commands = ["umask 077", "chmod -R go= .", "npm run build", "node dist/tools/release/cli.js"];
    const env = { ...environment(), TZ: "Pacific/Kiritimati" };
    await promisify(execFile)("sh", ["-c", commands.join(" && ")], { cwd: folder, env });
    const [first, second] = await Promise.all(
      [inject("packages"), join(folder, "packages")].map((each) => readFile(join(each, "SHA256SUMS"), "utf8")),
    );
    expect(second).toBe(first);
  },
  TEN_MINUTES,
);
