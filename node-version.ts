/** The oldest Node that this package runs on. `engines` in package.json names the same one. */
export const OLDEST_NODE = "22.19";

/**
 * Returns what is wrong with this process's version of Node, or undefined. Call it before anything else is loaded: libraries
 * fail on an old Node with errors that say nothing about it.
 */
export function problemOfNode(program: string, running = process.versions.node): string | undefined {
  const [major = 0, minor = 0] = running.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE.split(".").map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `${program} needs Node ${OLDEST_NODE} or newer, but runs on ${running} (${process.execPath}). Install a newer one, or put it first on PATH.`;
}
