import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Returns the text of a file in `assets/`. The bundled command replaces this module with one that contains the texts. */
export function assetText(name: string): string {
  return readFileSync(join(__dirname, "assets", name), "utf8");
}
