import { execFile } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/folder";
import { projectRoot } from "../support/project";

it("npm ci on an older Node prints no warnings, since the scripts run on the Node that it installs", async () => {
  const folder = await temporaryFolder();
  for (const file of ["package.json", "package-lock.json", ".npmrc"])
    await copyFile(join(projectRoot, file), join(folder, file));
  const install = "npm ci --dry-run --ignore-scripts --no-audit --no-fund 2>&1 >/dev/null";
  // The level of a running npm would apply here too.
  const { npm_config_loglevel: _level, ...env } = process.env;
  const run = (command: string) =>
    promisify(execFile)("npm", ["exec", "--yes", "--package=node@20.20.2", "--call", command], { cwd: folder, env });
  expect((await run(install)).stdout).toBe("");
  expect((await run(`${install} --loglevel warn`)).stdout, "what .npmrc hides").toContain("EBADENGINE");
});
