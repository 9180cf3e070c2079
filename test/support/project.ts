import { mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";

/** The root of this project: where the built plugin stands. */
export const projectRoot = resolve(__dirname, "../..");

/** As `npm install pulumi-dench @pulumi/pulumi` would. */
export async function install(folder: string): Promise<void> {
  await mkdir(join(folder, "node_modules"));
  await symlink(join(projectRoot, "node_modules/@pulumi"), join(folder, "node_modules/@pulumi"));
  await symlink(projectRoot, join(folder, "node_modules/pulumi-dench"));
}

/** Where what a test opens is noted to be closed: by default when the test is over. */
export type CleanUp = (close: () => void | Promise<void>) => void;
