import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "./project";

/**
 * Returns a cached folder, which is created again when one of its source texts changes. The folder appears only when it is
 * complete, so several test files may request it at the same time.
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
    // Another test file has created the folder.
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
