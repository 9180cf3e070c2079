import { chmod, readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { create } from "tar";

/** The time of every packed file, in seconds. npm sets the same time in its packages. */
export const PACKED_AT_SECONDS = Date.parse("1985-10-26T08:15:00Z") / 1000;

/** Returns the paths of all files below a folder, sorted and relative to it. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => relative(folder, join(parentPath, name))).toSorted();
}

/** Makes the permissions of all files below a folder independent of the umask. None of them is a program. */
export async function normalizeModes(folder: string): Promise<void> {
  for (const file of await filesIn(folder)) await chmod(join(folder, file), 0o644);
}

/** Writes all files below a folder into an archive. The same files give the same bytes, whatever their owner, mode and time. */
export async function writeTarball(folder: string, archive: string): Promise<void> {
  await normalizeModes(folder);
  const options = { gzip: { level: 9 }, portable: true, mtime: new Date(PACKED_AT_SECONDS * 1000) };
  await create({ ...options, cwd: folder, file: archive }, await filesIn(folder));
}
