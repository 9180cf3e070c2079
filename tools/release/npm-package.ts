import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod";
import { writeEntries } from "./tarball";

/** The packages that `npm pack --json` describes: their tarballs and the files in them, with the bits of their modes. */
const Packed = z.tuple([
  z.object({ filename: z.string(), files: z.array(z.object({ path: z.string(), mode: z.number() })) }),
]);

/**
 * Writes the npm package, and returns its name. npm chooses the files, but does not write them: its tarballs have the modes that
 * the builder's umask left.
 */
export async function writeNpmPackage(root: string, folder: string): Promise<string> {
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const { stdout } = await promisify(execFile)("npm", args, { cwd: root });
  const [{ filename, files }] = Packed.parse(JSON.parse(stdout));
  const entries = files.map(({ path, mode }) => ({
    path,
    content: { file: join(root, path) },
    executable: (mode & 0o100) !== 0,
  }));
  entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  await writeEntries(join(folder, filename), entries, "package");
  return filename;
}
