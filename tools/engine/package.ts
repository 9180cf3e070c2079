import { mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";

/** The root of this package, where the built plugin is. */
export const packageRoot = dirname(require.resolve("pulumi-dench/package.json"));

/** Makes this package and Pulumi's SDK available in a folder, as `npm install pulumi-dench @pulumi/pulumi` would. */
export async function linkPackage(folder: string): Promise<void> {
  const modules = join(folder, "node_modules");
  await mkdir(modules);
  await symlink(join(packageRoot, "node_modules/@pulumi"), join(modules, "@pulumi"));
  await symlink(packageRoot, join(modules, "pulumi-dench"));
}
