import { execFile } from "node:child_process";
import { cp, symlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { projectRoot } from "./project";

const run = promisify(execFile);

/** Copies the policy pack into a folder and builds it, as its users do. */
export async function buildPolicyPack(folder: string): Promise<void> {
  const pack = join(folder, "policy");
  await cp(join(projectRoot, "policy"), pack, { recursive: true, filter: (path) => !path.endsWith("/policy/bin") });
  await symlink(join(projectRoot, "node_modules"), join(pack, "node_modules"));
  await run(process.execPath, [join(projectRoot, "node_modules/typescript/bin/tsc"), "-p", "."], { cwd: pack });
}
