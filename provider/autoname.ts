import { createHash } from "node:crypto";

/** How the engine wants a resource named whose program leaves the name out. */
export type Naming =
  /** Nothing was configured: Pulumi's own way, the logical name and seven random hexadecimal digits. */
  | { readonly mode: "default"; readonly logicalName: string; readonly seed: Uint8Array }
  /** By `pulumi:autonaming`: this name. */
  | { readonly mode: "given"; readonly name: string }
  /** By `pulumi:autonaming`: not at all. */
  | { readonly mode: "disabled" };

const LONGEST = 200;
const DIGITS = 7;

/** The name, or undefined where the program has to give one. The same seed makes the same name. */
export function autoname(naming: Naming): string | undefined {
  switch (naming.mode) {
    case "disabled":
      return undefined;
    case "given":
      return naming.name;
    case "default": {
      const digits = createHash("sha256").update(naming.seed).digest("hex").slice(0, DIGITS);
      return `${shortened(naming.logicalName, LONGEST - DIGITS - 1)}-${digits}`;
    }
  }
}

/** Cut between characters, not within one that takes two units. */
function shortened(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "");
}
