import { execFile } from "node:child_process";
import { constants, globSync } from "node:fs";
import { access, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect } from "vitest";
import { projectRoot } from "../support/project";
import { it, itInRest } from "../support/sample";
import { describeWithTools } from "../support/tools";

const run = promisify(execFile);
const workflows = join(projectRoot, ".github/workflows");
const scripts = join(projectRoot, ".ci");

/** Returns the text of each workflow by its name. */
async function textOfWorkflows(): Promise<(readonly [string, string])[]> {
  const names = await readdir(workflows);
  return Promise.all(names.map(async (name) => [name, await readFile(join(workflows, name), "utf8")] as const));
}

/** Returns what follows a keyword in all workflows. */
async function valuesOf(keyword: string): Promise<string[]> {
  const values = new RegExp(`^ +(?:- )?${keyword}: (.+)$`, "gm");
  return (await textOfWorkflows()).flatMap(([, text]) => Array.from(text.matchAll(values), ([, value = ""]) => value));
}

describeWithTools("Go")("the workflows", () => {
  itInRest(
    "pass actionlint, also those of examples/ci",
    async () => {
      const folders = [workflows, join(projectRoot, "examples/ci/.github/workflows")];
      const files = folders.flatMap((folder) => globSync(join(folder, "*.yml")));
      expect(files).toHaveLength(9);
      const lint = ["tool", "actionlint", "-no-color", "-shellcheck=", "-pyflakes=", ...files];
      const problems = await run("go", lint, { cwd: join(projectRoot, "tools/workflows") }).then(
        () => "",
        ({ stdout, message }) => stdout || message,
      );
      expect(problems).toBe("");
    },
    300_000,
  );
});

describe("the workflows", () => {
  it("name each action by its commit, and its version in a comment", async () => {
    const actions = (await valuesOf("uses")).filter((action) => !action.startsWith("./"));
    expect(actions.length).toBeGreaterThan(10);
    for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    expect(new Set(actions.map((action) => action.replace(/@.*/, ""))).size, "one version of each").toBe(
      new Set(actions).size,
    );
  });

  it("have only single commands as steps, each an npm script or a script of .ci/", async () => {
    const { scripts: npmScripts } = JSON.parse(await readFile(join(projectRoot, "package.json"), "utf8"));
    for (const command of await valuesOf("run")) {
      expect(command, "a command without logic").not.toMatch(/[|&;<>`]|\$\(/);
      const [program = "", verb = "", name = ""] = command.split(" ");
      if (program === "npm" && verb === "run") expect(npmScripts).toHaveProperty([name]);
      else if (program === "npm") expect(command).toBe("npm ci");
      else await expect(access(join(projectRoot, program), constants.X_OK), program).resolves.toBeUndefined();
    }
  });

  it("have the right to read the repository, and others only in the jobs that need them", async () => {
    for (const [name, text] of await textOfWorkflows())
      expect(text, name).toMatch(/^permissions:(?: \{\}|\n {2}contents: read)$/m);
    const release = await readFile(join(workflows, "release.yml"), "utf8");
    const jobs = release.split(/^ {2}(?=\w+:\n)/m).filter((job) => job.includes(": write"));
    const rights = jobs.map((job) => [
      /^\w+/.exec(job)?.[0],
      ...Array.from(job.matchAll(/\S+: write/g), ([each]) => each),
    ]);
    expect(rights).toEqual([
      ["attest", "id-token: write", "attestations: write"],
      ["github", "contents: write"],
      ["npm", "id-token: write"],
      ["pypi", "id-token: write"],
      ["go", "contents: write"],
    ]);
    for (const job of jobs) expect(job, "a job with rights runs no code of dependencies").not.toContain("npm ci");
  });
});

it("the scripts of .ci/ are valid Bash, and stop at the first failure", async () => {
  for (const name of (await readdir(scripts)).filter((script) => !script.includes("."))) {
    await expect(run("bash", ["-n", join(scripts, name)]), name).resolves.toBeDefined();
    expect(await readFile(join(scripts, name), "utf8"), name).toContain("\nset -euo pipefail\n");
  }
});
