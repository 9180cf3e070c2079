import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Architecture, NodeBinary } from "./node-binary";

const run = promisify(execFile);

/** The text in Node's binary that the injection changes, so that Node starts the injected script. */
const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** The architecture of this machine, or undefined if no executable runs on it. */
export const HOST: Architecture | undefined =
  platform() !== "linux" ? undefined : arch() === "x64" ? "amd64" : arch() === "arm64" ? "arm64" : undefined;

/** The parts of an executable. */
export interface Parts {
  /** The folder with `node_modules`. */
  readonly root: string;
  /** The path of the script: one CommonJS file that requires only Node's modules. */
  readonly script: string;
  readonly node: NodeBinary;
  readonly architecture: Architecture;
}

/** Writes an executable of Node and a script: a single executable application. The same parts produce the same bytes. */
export async function writeExecutable(parts: Parts, file: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-dench-executable-"));
  try {
    const blob = await writeBlob(parts, folder);
    await copyFile(parts.node.executable, file);
    const postject = join(parts.root, "node_modules/postject/dist/cli.js");
    await run(process.execPath, [postject, file, "NODE_SEA_BLOB", blob, "--sentinel-fuse", FUSE]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes the data that is injected into Node, and returns its path. */
async function writeBlob({ script, node, architecture }: Parts, folder: string): Promise<string> {
  await copyFile(script, join(folder, "plugin.js"));
  const config = {
    // The data contains this path.
    main: "plugin.js",
    output: "plugin.blob",
    disableExperimentalSEAWarning: true,
    // NODE_OPTIONS is for the Node of the program, which may be another version.
    execArgvExtension: "none",
    // V8 accepts only a cache of the same architecture.
    useCodeCache: architecture === HOST,
  };
  await writeFile(join(folder, "sea.json"), JSON.stringify(config));
  const generator = architecture === HOST ? node.executable : process.execPath;
  // By default, V8 seeds its hashes at random, and the code cache contains hashes.
  const args = ["--random-seed=1", "--experimental-sea-config", "sea.json"];
  await run(generator, args, { cwd: folder, env: { ...process.env, NODE_OPTIONS: "" } });
  return join(folder, "plugin.blob");
}
