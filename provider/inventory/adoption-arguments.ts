import type { ParseArgsOptionsConfig } from "node:util";

/** The options of the command and of the converter, for `parseArgs`. */
export const ADOPTION_OPTIONS = {
  known: { type: "string", multiple: true, default: [] },
  match: { type: "string", multiple: true, default: [] },
  primary: { type: "boolean", default: false },
} as const satisfies ParseArgsOptionsConfig;
