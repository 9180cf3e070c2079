import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { extract } from "tar";
import { normalizeModes, PACKED_AT_SECONDS, writeTarball } from "./tarball";

const run = promisify(execFile);

/**
 * Builds the wheel and the source distribution of a Python project into `folder`, and returns their names. Requires `python3`
 * with venv. Installs the pinned build tools of `tools/release/python` into a temporary environment.
 */
export async function buildPython(root: string, project: string, folder: string): Promise<string[]> {
  const temporary = await mkdtemp(join(tmpdir(), "pulumi-dench-python-"));
  try {
    const python = await buildTools(root, join(temporary, "venv"));
    await normalizeModes(project);
    const built = join(temporary, "built");
    // The build copies files with the permissions of its umask, and packs the wheel with them.
    const build = ["-m", "build", "--no-isolation", "--outdir", built, project];
    await run("sh", ["-c", 'umask 022 && exec "$0" "$@"', python, ...build], {
      env: { ...process.env, SOURCE_DATE_EPOCH: `${PACKED_AT_SECONDS}` },
    });
    const names = (await readdir(built)).toSorted();
    for (const name of names) {
      if (name.endsWith(".tar.gz")) await repack(join(built, name), join(folder, name), join(temporary, "source"));
      else await copyFile(join(built, name), join(folder, name));
    }
    return names;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Returns the path of a Python in a new environment with the build tools. */
async function buildTools(root: string, venv: string): Promise<string> {
  await run("python3", ["-m", "venv", venv]).catch(() => {
    throw new Error("python3 with venv is missing. Install it, for example with apt-get install python3 python3-venv");
  });
  const python = join(venv, "bin", "python");
  const requirements = join(root, "tools", "release", "python", "requirements.txt");
  const flags = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"];
  await run(python, ["-m", "pip", "install", ...flags, "--requirement", requirements]);
  return python;
}

/** Packs a source distribution again, because setuptools writes the times and owners of the files into it. */
async function repack(from: string, to: string, folder: string): Promise<void> {
  await mkdir(folder);
  await extract({ file: from, cwd: folder });
  await writeTarball(folder, to);
}
