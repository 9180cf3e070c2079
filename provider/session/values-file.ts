import { readFile, stat } from "node:fs/promises";
import { isAbsolute, resolve } from "node:path";
import { parseEnv } from "node:util";
import { DenchError } from "../errors";
import { decoded } from "../values/decoded";

const MAX_MEGABYTES = 4;

/**
 * Returns the values in a file with lines of the form `NAME=value` or `value`, without duplicates. Throws `invalid_config` if
 * the file cannot be read. `variable` is the environment variable that contains the path.
 */
export async function readValues(path: string, variable: string): Promise<ReadonlySet<string>> {
  const found = await stat(path).catch((error: unknown) => {
    // A relative path is not shown: it may be a key value that was set by mistake.
    const name = isAbsolute(path) ? path : `the file that ${variable} names, relative to ${process.cwd()}`;
    throw unreadable(name, reasonOf(error), variable);
  });
  const place = resolve(path);
  if (found.isDirectory()) throw unreadable(place, "it is a folder", variable);
  // Reading a pipe could wait forever.
  if (!found.isFile()) throw unreadable(place, "it is not a regular file", variable);
  if (found.size > MAX_MEGABYTES * 1024 * 1024)
    throw unreadable(place, `it is larger than ${MAX_MEGABYTES} MB`, variable);
  const bytes = await readFile(place).catch((error: unknown) => {
    throw unreadable(place, reasonOf(error), variable);
  });
  return new Set(decoded(bytes).split(/\r?\n/).flatMap(valueIn));
}

/** Returns the value of a line. Each line is parsed by itself, since a name may be repeated. */
function valueIn(line: string): string[] {
  const [value] = [...Object.values(parseEnv(line)), ...Object.values(parseEnv(`VALUE=${line}`))];
  return value === undefined || value === "" ? [] : [value];
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  ENOTDIR: "it does not exist",
  EACCES: "this user may not read it",
  EPERM: "this user may not read it",
};

function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
  return REASONS[code] ?? code;
}

function unreadable(name: string, reason: string, variable: string): DenchError {
  return new DenchError(
    "invalid_config",
    `Could not read ${name}: ${reason}. Set ${variable} to the path of a file with key values, or unset it.`,
  );
}
