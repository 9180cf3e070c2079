import { createRequire } from "node:module";
import { join } from "node:path";
import { transform } from "esbuild";
import { projectRoot } from "./project";

/** A function that runs a program and returns its exports. */
export type Program = () => Promise<Record<string, unknown>>;

const requireHere = createRequire(join(projectRoot, "package.json"));

/** Returns the program of a TypeScript source. */
export async function programOf(source: string): Promise<Program> {
  const { code } = await transform(source, { loader: "ts", format: "cjs" });
  return async () => {
    const module = { exports: {} };
    new Function("require", "module", "exports", code)(requireHere, module, module.exports);
    return module.exports;
  };
}

/** Returns the program of a built example by its path in `examples/`. Each run loads the file again. */
export function exampleProgram(path: string): Program {
  return async () => {
    const module = requireHere.resolve(`./dist/examples/${path}.js`);
    delete requireHere.cache[module];
    return requireHere(module);
  };
}
