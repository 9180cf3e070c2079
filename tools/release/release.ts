import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { version } from "../../version";
import { releaseNotes } from "./changelog";
import { describe, type Package, SUMS, writePackages, writeSums } from "./packages";
import { GO_MODULE, languagesWithoutGenerator, writeSdkPackages } from "./sdks";

/** The file with the text of the release. It is not a part of the release. */
export const NOTES = "RELEASE-NOTES.md";

export interface ReleaseOptions {
  /** The folder of the engine's programs, among them the generators for C# and Java. */
  readonly engineBin: string;
  /** The tag to publish. With a tag, nothing may be missing. */
  readonly tag?: string;
}

/** The files of a release, and the languages without one. */
export interface Release {
  readonly files: readonly Package[];
  /** The names of the published files by the place where they are published. */
  readonly places: Readonly<Record<string, readonly string[]>>;
  /** The languages without an SDK, because the engine has no generator for them. */
  readonly missing: readonly string[];
}

/**
 * Writes everything that a release publishes into `folder`, with its checksums and its notes. The same commit produces the same
 * bytes. Publishes nothing. Throws before it writes anything if the changelog does not fit the version or, for a `tag`, if the
 * tag does not fit it or the engine cannot generate an SDK.
 */
export async function writeRelease(root: string, folder: string, { engineBin, tag }: ReleaseOptions): Promise<Release> {
  const notes = releaseNotes(await readFile(join(root, "CHANGELOG.md"), "utf8"), version, tag);
  const missing = await languagesWithoutGenerator(engineBin);
  if (tag !== undefined && missing.length > 0)
    throw new Error(
      `${engineBin} has no generator for ${missing.join(" and ")}. Use a released engine, which has them`,
    );

  const packages = await writePackages(root, folder);
  const { python, go, sources } = await writeSdkPackages(root, folder, engineBin);
  const added = await Promise.all([...python, go, ...sources].map((name) => describe(folder, name)));
  const files = [...packages, ...added];
  await writeSums(folder, files);
  await writeFile(join(folder, NOTES), notes);
  const npm = packages.filter(({ name }) => name.endsWith(".tgz")).map(({ name }) => name);
  const places = {
    [`GitHub release v${version}`]: [...files.map(({ name }) => name), SUMS],
    npm,
    PyPI: python,
    [`Git tag ${GO_MODULE}/v${version}`]: [go],
  };
  return { files, places, missing };
}
