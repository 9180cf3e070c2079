import { existsSync, mkdirSync } from "node:fs";
import Module, { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Runs the text of a CommonJS module, and returns what it exports. Node keeps the compiled code in a cache. It has no cache for
 * the first file of a program, so that file of the plugin contains the rest as text. Only the build of that file uses this.
 */
export function runModule(text: string): unknown {
  const folder = cacheFolder();
  if (folder !== undefined) enableCompileCache(folder);
  // The cache finds the compiled code by this path, and compares the text. No file has this path.
  const path = `${__filename}.cjs`;
  const module = new Module(path);
  const compile: unknown = Reflect.get(module, "_compile");
  if (typeof compile !== "function") throw new Error("This version of Node cannot run the text of a module.");
  compile.call(module, text, path);
  return module.exports;
}

/** Returns a folder that belongs to the user, because a cache contains code. Returns undefined if it cannot be created. */
function cacheFolder(): string | undefined {
  try {
    const folder = join(process.env["PULUMI_HOME"] || join(homedir(), ".pulumi"), "dench-compile-cache");
    // Pulumi's home exists, since the engine runs.
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    return folder;
  } catch {
    return undefined;
  }
}
