import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "./project";

/**
 * A folder that is kept from run to run, and made anew when a text of those that it follows from changes. Appears only
 * when whole, so that test files may ask for the same one at once.
 */
export async function madeOnce(
  name: string,
  from: readonly string[],
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const cache = join(projectRoot, "node_modules/.cache");
  const hash = createHash("sha256").update(JSON.stringify(from)).digest("hex").slice(0, 16);
  const made = join(cache, `${name}-${hash}`);
  if (await exists(made)) return made;
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, `${name}-unfinished-`));
  try {
    await make(unfinished);
    await rename(unfinished, made);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another test file was faster.
    if (!(await exists(made))) throw error;
  }
  return made;
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
