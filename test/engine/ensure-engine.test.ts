import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, it, vi } from "vitest";
import { buildEngine } from "../../tools/engine/build";
import { ensureEngine } from "../../tools/engine/engine";
import { ENGINE_VERSION } from "../../tools/engine/installation";
import { temporaryFolder } from "../support/folder";
import { projectRoot } from "../support/project";
import { describeWithEngine } from "../support/stack";

afterEach(() => {
  vi.unstubAllEnvs();
});

async function machineWithout(...programs: string[]): Promise<string> {
  const home = await temporaryFolder();
  vi.stubEnv("PULUMI_HOME", home);
  if (programs.includes("pulumi")) vi.stubEnv("PATH", "/nonexistent");
  return home;
}

it("the error lists what was tried and how to fix it", async () => {
  const home = await machineWithout("pulumi");
  const tried: string[] = [];
  const failing = async function someInstaller({ root }: { root: string }) {
    tried.push(root);
    throw new Error("the reason");
  };
  const silent = async function doesNothing() {};
  await expect(ensureEngine({ progress: () => {} }, [failing, silent])).rejects.toMatchObject({
    code: "no_engine",
    message: expect.stringMatching(
      /could not be found, downloaded or built[\s\S]*someInstaller: the reason[\s\S]*doesNothing: it succeeded, but[\s\S]*install Go 1\.26/,
    ),
  });
  expect(tried).toEqual([join(home, "versions", ENGINE_VERSION)]);
});

it("the error says that Go is missing", async () => {
  await machineWithout("pulumi");
  const root = await temporaryFolder();
  await expect(buildEngine({ root, wanted: ["pulumi"], progress: () => {} })).rejects.toThrow("Go is not installed");
});

describeWithEngine("npm run engine", () => {
  it("prints the path, the version and the language hosts of the engine", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(projectRoot, "dist/tools/engine/cli.js")]);
    expect(stdout).toMatch(new RegExp(`^\\S*pulumi v${ENGINE_VERSION} \\(.+\\)\nLanguage hosts: (\\w+, )*yaml\n`));
  });

  it("with --host fails in one sentence if the pulumi on PATH cannot run the language, and installs nothing", async () => {
    const env = { PATH: await temporaryFolder(), PULUMI_HOME: await temporaryFolder() };
    const cli = join(projectRoot, "dist/tools/engine/cli.js");
    await expect(promisify(execFile)(process.execPath, [cli, "--host", "nodejs"], { env })).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^There is no pulumi on PATH\. Install a released Pulumi CLI, .*\n$/),
    });
    expect(await readdir(env.PULUMI_HOME)).toEqual([]);
  });
});
