// Removes the compiled files of deleted sources. Node prefers an old `name.js` to a new folder `name`.
import { existsSync, globSync, rmSync } from "node:fs";

for (const declaration of globSync("dist/**/*.d.ts", { exclude: ["dist/sdks"] })) {
  const compiled = declaration.slice(0, -".d.ts".length);
  const source = compiled.slice("dist/".length);
  if (existsSync(`${source}.ts`) || existsSync(`${source}.tsx`)) continue;
  rmSync(declaration);
  rmSync(`${compiled}.js`, { force: true });
}
