import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { create } from "tar";
import { version } from "../../version";

const PLUGIN = "pulumi-resource-dench";
/** The file with the checksums of a release. */
export const SUMS = "SHA256SUMS";

/** The files of a plugin archive, sorted, for each platform that the engine downloads archives for. */
const POSIX = ["LICENSE", "THIRD-PARTY-LICENSES", "package.json", PLUGIN] as const;
const CONTENT = { linux: POSIX, darwin: POSIX, windows: [...POSIX, `${PLUGIN}.cmd`] } as const;
const ARCHITECTURES = ["amd64", "arm64"] as const;

/** Makes the plugin a CommonJS module, regardless of a package.json in a parent folder. */
const MANIFEST = { name: PLUGIN, version, private: true, license: "Apache-2.0", type: "commonjs" };

/** A file of a release. */
export interface Package {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes the files of a release into a folder: the plugin archives, the npm package and their checksums. Uses the build in
 * `root`. The same build produces the same bytes.
 */
export async function writePackages(root: string, folder: string): Promise<Package[]> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const names = [...(await writeArchives(root, folder)), await packNpm(root, folder)];
  const packages = await Promise.all(names.map((name) => describe(folder, name)));
  const sums = packages.map(({ sha256, name }) => `${sha256}  ${name}\n`);
  await writeFile(join(folder, SUMS), sums.join(""));
  return packages;
}

async function writeArchives(root: string, folder: string): Promise<string[]> {
  const staging = await mkdtemp(join(tmpdir(), "pulumi-dench-archive-"));
  try {
    for (const file of CONTENT.windows) {
      if (file === "package.json") await writeFile(join(staging, file), `${JSON.stringify(MANIFEST, undefined, 2)}\n`);
      else await copyFile(join(root, file), join(staging, file));
      await chmod(join(staging, file), file.startsWith(PLUGIN) ? 0o755 : 0o644);
    }
    const names: string[] = [];
    for (const [os, files] of Object.entries(CONTENT)) {
      for (const architecture of ARCHITECTURES) {
        const name = `${PLUGIN}-v${version}-${os}-${architecture}.tar.gz`;
        // `portable` omits the owner of the files. The time is the one that npm sets in its packages.
        const mtime = new Date("1985-10-26T08:15:00Z");
        await create({ cwd: staging, file: join(folder, name), gzip: { level: 9 }, portable: true, mtime }, [...files]);
        names.push(name);
      }
    }
    return names;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function packNpm(root: string, folder: string): Promise<string> {
  const args = ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder];
  const { stdout } = await promisify(execFile)("npm", args, { cwd: root });
  return stdout.trim();
}

/** Returns the size and the checksum of a file of a release. */
export async function describe(folder: string, name: string): Promise<Package> {
  const content = await readFile(join(folder, name));
  return { name, bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
}
