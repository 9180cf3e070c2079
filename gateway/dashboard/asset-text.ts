import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Returns the text of a file in `assets/`. In the bundled command, a module that holds the texts takes the place of this one. */
export function assetText(name: string): string {
  return readFileSync(join(__dirname, "assets", name), "utf8");
}
