import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../version";
import { writeExecutable } from "./executable";
import { commandFile, withShellLines } from "./launchers";
import { type Architecture, NODE_VERSION, nodeBinary } from "./node-binary";
import { type Entry, writeEntries } from "./tarball";

const PLUGIN = "pulumi-resource-dench";
const ARCHITECTURES: readonly Architecture[] = ["amd64", "arm64"];

/** Makes the script of the plugin a CommonJS module, regardless of a package.json in a parent folder. */
const MANIFEST = { name: PLUGIN, version, private: true, license: "Apache-2.0", type: "commonjs" };

/**
 * Writes a plugin archive for each platform that the engine downloads archives for, and returns their names. The archives for
 * Linux contain an executable. The others contain a script, since their systems expect executables to be signed.
 */
export async function writeArchives(root: string, folder: string): Promise<string[]> {
  const license: Entry = { path: "LICENSE", content: { file: join(root, "LICENSE") } };
  const licenses: Entry = { path: "THIRD-PARTY-LICENSES", content: { file: join(root, "THIRD-PARTY-LICENSES") } };
  const manifest: Entry = { path: "package.json", content: { text: `${JSON.stringify(MANIFEST, undefined, 2)}\n` } };
  const script = join(root, PLUGIN);
  const shell = { text: withShellLines(PLUGIN, await readFile(script, "utf8")) };
  const darwin = [license, licenses, manifest, { path: PLUGIN, content: shell, executable: true }];
  const windows = [
    ...[license, licenses, manifest],
    { path: PLUGIN, content: { file: script }, executable: true },
    { path: `${PLUGIN}.cmd`, content: { text: commandFile(PLUGIN) }, executable: true },
  ];
  const write = async (os: string, architecture: Architecture, entries: readonly Entry[]) => {
    const name = `${PLUGIN}-v${version}-${os}-${architecture}.tar.gz`;
    await writeEntries(join(folder, name), entries);
    return name;
  };
  const names = await Promise.all(
    ARCHITECTURES.flatMap((architecture) => [
      withLinuxEntries(root, architecture, (entries) => write("linux", architecture, [license, ...entries])),
      write("darwin", architecture, darwin),
      write("windows", architecture, windows),
    ]),
  );
  return names.sort();
}

/** Calls a function with the licenses and the executable for an architecture of Linux. */
async function withLinuxEntries<Result>(
  root: string,
  architecture: Architecture,
  use: (entries: readonly Entry[]) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-dench-archive-"));
  try {
    const node = await nodeBinary(architecture, folder);
    const file = join(folder, PLUGIN);
    await writeExecutable({ root, script: join(root, `dist/${PLUGIN}.js`), node, architecture }, file);
    const ofLibraries = await readFile(join(root, "THIRD-PARTY-LICENSES"), "utf8");
    const ofNode = (await readFile(node.license, "utf8")).trim();
    const text = `${ofLibraries}\n${"-".repeat(80)}\n\nNode ${NODE_VERSION}, in ${PLUGIN}\n\n${ofNode}\n`;
    return await use([
      { path: "THIRD-PARTY-LICENSES", content: { text } },
      { path: PLUGIN, content: { file }, executable: true },
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
