import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../version";
import { writeExecutable } from "./executable";
import { commandFile, converterCommandFile, converterLauncher, withShellLines } from "./launchers";
import { type Architecture, NODE_VERSION, nodeBinary } from "./node-binary";
import { type Entry, writeEntries } from "./tarball";

const PLUGIN = "pulumi-resource-dench";
const CONVERTER = "pulumi-converter-dench";
const ARCHITECTURES: readonly Architecture[] = ["amd64", "arm64"];

/** Makes the script of a program a CommonJS module, regardless of a package.json in a parent folder. */
const manifest = (program: string): Entry => {
  const fields = { name: program, version, private: true, license: "Apache-2.0", type: "commonjs" };
  return { path: "package.json", content: { text: `${JSON.stringify(fields, undefined, 2)}\n` } };
};

/**
 * Writes an archive of the plugin and one of the converter for each platform that the engine downloads archives for, and returns
 * their names. The archives for Linux contain an executable. The others contain a script, since their systems expect executables
 * to be signed. Both programs are the same file, which behaves by its name. The plugin's archive also has a launcher of the
 * converter, for those who unpack it into a folder on PATH.
 */
export async function writeArchives(root: string, folder: string): Promise<string[]> {
  const license: Entry = { path: "LICENSE", content: { file: join(root, "LICENSE") } };
  const licenses: Entry = { path: "THIRD-PARTY-LICENSES", content: { file: join(root, "THIRD-PARTY-LICENSES") } };
  const script = join(root, PLUGIN);
  const text = await readFile(script, "utf8");
  const write = async (program: string, os: string, architecture: Architecture, entries: readonly Entry[]) => {
    const name = `${program}-v${version}-${os}-${architecture}.tar.gz`;
    await writeEntries(join(folder, name), [license, ...entries]);
    return name;
  };
  const launcher = { path: CONVERTER, content: { text: converterLauncher(PLUGIN) }, executable: true };
  const commandLauncher = { ...launcher, path: `${CONVERTER}.cmd`, content: { text: converterCommandFile(PLUGIN) } };

  const linux = (architecture: Architecture) =>
    withExecutable(root, architecture, async ({ file, licenses: text }) => {
      const entries = (program: string): Entry[] => [
        { path: "THIRD-PARTY-LICENSES", content: { text } },
        { path: program, content: { file }, executable: true },
      ];
      return [
        await write(PLUGIN, "linux", architecture, [...entries(PLUGIN), launcher]),
        await write(CONVERTER, "linux", architecture, entries(CONVERTER)),
      ];
    });
  const darwin = (program: string): Entry[] => [
    ...[licenses, manifest(program)],
    { path: program, content: { text: withShellLines(program, text) }, executable: true },
  ];
  const windows = (program: string): Entry[] => [
    ...[licenses, manifest(program)],
    { path: program, content: { file: script }, executable: true },
    { path: `${program}.cmd`, content: { text: commandFile(program) }, executable: true },
  ];
  const names = await Promise.all(
    ARCHITECTURES.flatMap((architecture) => [
      linux(architecture),
      write(PLUGIN, "darwin", architecture, [...darwin(PLUGIN), launcher]),
      write(CONVERTER, "darwin", architecture, darwin(CONVERTER)),
      write(PLUGIN, "windows", architecture, [...windows(PLUGIN), commandLauncher]),
      write(CONVERTER, "windows", architecture, windows(CONVERTER)),
    ]),
  );
  return names.flat().sort();
}

/** An executable for Linux, and the licenses of what is in it. */
interface Executable {
  readonly file: string;
  readonly licenses: string;
}

/** Calls a function with the executable for an architecture of Linux. */
async function withExecutable<Result>(
  root: string,
  architecture: Architecture,
  use: (executable: Executable) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-dench-archive-"));
  try {
    const node = await nodeBinary(architecture, folder);
    const file = join(folder, PLUGIN);
    await writeExecutable({ root, script: join(root, `dist/${PLUGIN}.js`), node, architecture }, file);
    const ofLibraries = await readFile(join(root, "THIRD-PARTY-LICENSES"), "utf8");
    const ofNode = (await readFile(node.license, "utf8")).trim();
    const licenses = `${ofLibraries}\n${"-".repeat(80)}\n\nNode ${NODE_VERSION}, in ${PLUGIN}\n\n${ofNode}\n`;
    return await use({ file, licenses });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
