import type { ParseArgsOptionsConfig } from "node:util";
import { errorMessage } from "../error-message";
import { DEFAULT_PREFIX } from "../provider/inventory/leak/leaked-values";
import { version } from "../version";

/** Runs a command with its arguments, and returns the exit code: 0, 1 for an error, or 2 for findings. */
export type Command = (args: readonly string[]) => Promise<number>;

/** The options that every command has. */
export const COMMON_OPTIONS = {
  version: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const satisfies ParseArgsOptionsConfig;

interface Parsed {
  readonly values: { readonly help: boolean; readonly version: boolean };
}

/**
 * Returns the parsed arguments of a command. Returns undefined if they request the help or the version, which it prints. Exits
 * if `parse` throws.
 */
export function parseCommand<Result extends Parsed>(
  command: string,
  usage: string,
  parse: () => Result,
): Result | undefined {
  const parsed = parsedOrExit(command, parse);
  const { help, version: showsVersion } = parsed.values;
  if (!help && !showsVersion) return parsed;
  process.stdout.write(help ? usage : `${version}\n`);
  return undefined;
}

function parsedOrExit<Result>(command: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    return usageError(command, errorMessage(error));
  }
}

const KEY_VALUE = new RegExp(`${DEFAULT_PREFIX}[\\w-]*`, "g");

/** Prints what is wrong with a command line, without a key value that was passed by mistake, and exits with 1. */
export function usageError(command: string, problem: string): never {
  process.stderr.write(`${problem.replace(KEY_VALUE, "[secret]")}\nRun "${command} --help" for the options.\n`);
  process.exit(1);
}
