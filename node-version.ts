/** The oldest supported Node version. Must match `engines` in package.json. */
export const OLDEST_NODE = "22.19";

/**
 * Returns an error message if this process runs on an unsupported Node version, or undefined. Must be called before libraries
 * are loaded, because on an old Node they fail with unrelated errors.
 */
export function problemOfNode(program: string, running = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = running.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `${program} needs Node ${OLDEST_NODE} or newer, but runs on ${running} (${process.execPath}). Install a newer version, or put it first on PATH.`;
}

/** Returns the error message of a program that finds no Node. */
export function problemWithoutNode(program: string): string {
  return `${program} needs Node ${OLDEST_NODE} or newer, but there is no Node on PATH. Install it, then run again.`;
}
