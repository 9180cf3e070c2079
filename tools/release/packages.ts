import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeArchives } from "./archives";
import { NODE_VERSION } from "./node-binary";
import { writeNpmPackage } from "./npm-package";

/** The file with the checksums of a release. */
export const SUMS = "SHA256SUMS";

/** A file of a release. */
export interface Package {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes the files of a release into a folder: the plugin archives, the npm package and their checksums. Uses the build in
 * `root`. The same build produces the same bytes. Throws an error on another Node than the pinned one.
 */
export async function writePackages(root: string, folder: string): Promise<Package[]> {
  if (process.versions.node !== NODE_VERSION)
    throw new Error(
      `The release contains Node ${NODE_VERSION} and is written on the same version, but this is ${process.versions.node}. ` +
        "Run `npm ci`, then `npm run package`. After an upgrade of the dev dependency `node`, " +
        "change the version in tools/release/node-binary.ts.",
    );
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const names = [...(await writeArchives(root, folder)), await writeNpmPackage(root, folder)];
  const packages = await Promise.all(names.map((name) => describe(folder, name)));
  await writeSums(folder, packages);
  return packages;
}

/** Writes the checksums of the files of a release, in the form that `sha256sum --check` reads. */
export async function writeSums(folder: string, packages: readonly Package[]): Promise<void> {
  const sums = packages.map(({ sha256, name }) => `${sha256}  ${name}\n`);
  await writeFile(join(folder, SUMS), sums.join(""));
}

/** Returns the size and the checksum of a file of a release. */
export async function describe(folder: string, name: string): Promise<Package> {
  const content = await readFile(join(folder, name));
  return { name, bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
}
