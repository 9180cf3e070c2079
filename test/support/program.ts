import { createRequire } from "node:module";
import { join } from "node:path";
import { transform } from "esbuild";
import { projectRoot } from "./project";

/** A program in TypeScript as a function that runs it and returns its exports. */
export async function programOf(source: string): Promise<() => Promise<Record<string, unknown>>> {
  const { code } = await transform(source, { loader: "ts", format: "cjs" });
  const requireHere = createRequire(join(projectRoot, "package.json"));
  return async () => {
    const module = { exports: {} };
    new Function("require", "module", "exports", code)(requireHere, module, module.exports);
    return module.exports;
  };
}
