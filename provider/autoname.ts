import { createHash } from "node:crypto";

/** How the engine wants to name a resource if the program does not set its name. */
export type Naming =
  /** Pulumi's default: the logical name and seven random hexadecimal digits. */
  | { readonly mode: "default"; readonly logicalName: string; readonly seed: Uint8Array }
  /** `pulumi:autonaming` sets this name. */
  | { readonly mode: "given"; readonly name: string }
  /** `pulumi:autonaming` disables automatic names. */
  | { readonly mode: "disabled" };

const LONGEST = 200;
const DIGITS = 7;

/** Returns the name, or undefined if the program must set one. The same seed always returns the same name. */
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

/** Cuts the text at a length, but never in the middle of a surrogate pair. */
function shortened(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "");
}
