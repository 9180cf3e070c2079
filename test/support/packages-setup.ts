import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { writePackages } from "../../tools/release/packages";
import { projectRoot } from "./project";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder with the files of `npm run package`. */
    packages: string;
  }
}

/** Writes the packages once for all test files. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-dench-packages-"));
  await writePackages(projectRoot, folder);
  project.provide("packages", folder);
  return () => rm(folder, { recursive: true, force: true });
}
