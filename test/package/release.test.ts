import { execFile } from "node:child_process";
import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, onTestFinished, vi } from "vitest";
import { version } from "../../version";
import { prepareDownloadedGo } from "../engine/languages/go-sdk";
import { preparePython } from "../engine/languages/python-sdk";
import { temporaryFolder } from "../support/folder";
import { testGateway } from "../support/gateway";
import { projectRoot } from "../support/project";
import { repositoryWithModule } from "../support/release-repository";
import { itInRest } from "../support/sample";
import { type Outcome, TestStack } from "../support/stack";
import { describeWithTools } from "../support/tools";

const runFile = promisify(execFile);
const TEN_MINUTES = 600_000;
const WHEEL = `pulumi_dench-${version}-py3-none-any.whl`;
const SOURCES = `pulumi_dench-${version}.tar.gz`;
const SUMS = "SHA256SUMS";
const NOTES = "RELEASE-NOTES.md";
const GO = `pulumi-dench-sdk-go-v${version}.tar.gz`;

/** Runs a program of this project with a umask and in a time zone. */
function runWith(umask: string, zone: string, ...args: readonly string[]) {
  const command = ["-c", `umask ${umask} && exec "$0" "$@"`, process.execPath, ...args];
  return runFile("sh", command, { cwd: projectRoot, env: { ...process.env, TZ: zone } });
}

/** Runs the example of a language, which creates and revokes a key. */
async function runExample(project: string, run: (stack: TestStack, command: string) => Promise<Outcome>) {
  const gateway = await testGateway();
  const stack = await TestStack.create({ env: gateway.env, project: join(projectRoot, project), stackName: "staging" });
  const { steps, outputs } = await run(stack, "up");
  expect(steps).toEqual(["create gateway"]);
  expect(await gateway.dataPlane(outputs["key"]?.value)).toBe(200);
  expect((await run(stack, "destroy")).steps).toEqual(["delete gateway"]);
}

describeWithTools("Python", "Go")("a release without a tag", () => {
  let first: { readonly folder: string; readonly output: string };
  const file = (name: string) => join(first.folder, name);
  /** Runs a script of a release in the folder above the packages. */
  function runScript(script: string, ...args: string[]) {
    return runFile(join(projectRoot, ".ci", script), args, { cwd: dirname(first.folder) });
  }
  /** Returns the arguments with which a script calls a program, which a stand-in prints. */
  async function argumentsOf(program: string, script: string, tag: string): Promise<string[]> {
    const bin = await temporaryFolder();
    await writeFile(join(bin, program), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
    vi.stubEnv("PATH", `${bin}${delimiter}${process.env["PATH"]}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    return (await runScript(script, tag)).stdout.trim().split("\n");
  }
  beforeAll(async () => {
    const folder = join(await temporaryFolder(afterAll), "packages");
    const { stdout } = await runWith("022", "UTC", "dist/tools/release/dry-run-cli.js", "--out", folder);
    first = { folder, output: stdout };
  }, TEN_MINUTES);

  itInRest("writes the SDKs, the checksums and the notes, and lists where each file is published", async () => {
    const names = await readdir(first.folder);
    expect(names).toEqual(expect.arrayContaining([WHEEL, SOURCES, GO, `pulumi-dench-${version}.tgz`]));
    const sums = (await readFile(file(SUMS), "utf8")).trim().split("\n");
    const listed = sums.map((line) => line.slice(66));
    expect(listed.toSorted()).toEqual(names.filter((name) => ![SUMS, NOTES].includes(name)).toSorted());
    await expect(runFile("sha256sum", ["--check", SUMS], { cwd: first.folder })).resolves.toBeDefined();

    const listing = first.output.replaceAll("\n", "");
    for (const place of [
      `GitHub release v${version}:  ${listed.join("  ")}  SHA256SUMS`,
      `npm:  pulumi-dench-${version}.tgz`,
      `PyPI:  ${WHEEL}  ${SOURCES}`,
      `Git tag sdk/go/v${version}:  ${GO}`,
    ])
      expect(listing).toContain(place);
  });

  itInRest("is attached to a GitHub release whole, with its notes, and a beta is not the latest one", async () => {
    const options = (tag: string) => ["release", "create", tag, "--verify-tag", "--title", tag, "--notes-file", NOTES];
    const files = (await readdir(first.folder)).filter((name) => name !== NOTES);
    const stable = await argumentsOf("gh", "publish-release", "v1.0.0");
    expect(stable.slice(0, 8)).toEqual(options("v1.0.0"));
    expect(stable.slice(8).toSorted()).toEqual(files.toSorted());
    const beta = await argumentsOf("gh", "publish-release", "v1.0.0-beta.1");
    expect(beta.slice(0, 9)).toEqual([...options("v1.0.0-beta.1"), "--prerelease"]);
  });

  itInRest("is published on npm, where a beta is not what npm installs by default", async () => {
    // Without a registry, which may have this version already.
    const offline = ["--registry", "http://127.0.0.1:9", "--fetch-retries", "0"];
    const published = await runScript("publish-npm", `v${version}`, "--dry-run", ...offline);
    expect(published.stdout).toBe(`+ pulumi-dench@${version}\n`);
    const tagOf = async (release: string) => (await argumentsOf("npm", "publish-npm", release)).slice(1);
    const options = ["--access", "public", "--tag"];
    expect(await tagOf("v1.0.0")).toEqual(["./packages/pulumi-dench-1.0.0.tgz", ...options, "latest"]);
    expect(await tagOf("v1.0.0-beta.1")).toEqual(["./packages/pulumi-dench-1.0.0-beta.1.tgz", ...options, "next"]);
  });

  itInRest(
    "runs the YAML example from disk, as the workflow runs those of the other languages",
    async () => {
      const folder = await temporaryFolder();
      await symlink(first.folder, join(folder, "packages"));
      for (const name of ["dist", "examples", "node_modules"])
        await symlink(join(projectRoot, name), join(folder, name));
      const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}` };
      const script = join(projectRoot, ".ci/examples");
      const { stdout } = await runFile(script, ["environments-yaml"], { cwd: folder, env });
      expect(stdout).toMatch(/== environments-yaml[\s\S]+ 2 created[\s\S]+ 2 unchanged[\s\S]+ 2 deleted/);
    },
    TEN_MINUTES,
  );

  itInRest(
    "has the packages of npm run package, and the same SDKs whatever the umask and the time zone",
    async () => {
      const again = await temporaryFolder();
      const writeAgain = `require("./dist/tools/release/sdks").writeSdkPackages(".", process.argv[1], "")`;
      await runWith("077", "Pacific/Chatham", "-e", writeAgain, again);
      expect(await readdir(again)).toEqual(expect.arrayContaining([GO, SOURCES, WHEEL]));
      for (const folder of [again, inject("packages")]) {
        for (const name of (await readdir(folder)).filter((each) => each !== SUMS))
          expect((await readFile(join(folder, name))).equals(await readFile(file(name))), name).toBe(true);
      }
    },
    TEN_MINUTES,
  );

  itInRest(
    "has a wheel and sources for Python, which pip installs, and with which the example runs",
    async () => {
      const venv = await temporaryFolder();
      await runFile("python3", ["-m", "venv", venv]);
      const python = join(venv, "bin/python");
      const install = (...args: string[]) => runFile(python, ["-m", "pip", "install", "--quiet", ...args]);
      const run = await preparePython(python);
      await install(file(WHEEL));
      await runExample("examples/environments-python", run);

      await install("--force-reinstall", "--no-deps", "--no-binary", "pulumi-dench", file(SOURCES));
      await runExample("examples/environments-python", run);
    },
    TEN_MINUTES,
  );

  itInRest(
    "has a Go module, which Go downloads by its tag and vets, and with which the example runs",
    async () => {
      const env = await repositoryWithModule(file(GO));
      await runExample("examples/environments-go", await prepareDownloadedGo(await temporaryFolder(), env));
    },
    TEN_MINUTES,
  );
});
