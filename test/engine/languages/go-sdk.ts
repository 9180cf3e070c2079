import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { CLI_BUILD_FLAGS } from "../../../tools/engine/go";
import { madeOnce } from "../../support/made-once";
import { projectRoot } from "../../support/project";
import { generatedSdks } from "../../support/sdks";
import type { TestStack } from "../../support/stack";
import { automate } from "./automation";

const text = (file: string) => readFile(join(projectRoot, file), "utf8");

type Sources = Readonly<Record<string, string>>;
type Command = readonly [string, ...string[]];

/** Builds a program that holds the example and the functions, and runs them through Go's Automation API. */
const BUILD_AUTOMATION: Command = ["test", "-c", "-vet=off", "-ldflags", "-w -s", "-o", "automation", "."];

/**
 * Returns the files of a module like the example's with these sources. The module uses the versions of the CLI's module, which are
 * cached and compiled where the CLI was built.
 */
async function moduleFiles(sources: Sources, setSdk: (module: string) => string): Promise<Sources> {
  const versions = (await text("tools/engine/pulumi/go.mod")).replace(/^[\s\S]*?(?=^require)/m, "");
  const example = await text("examples/environments-go/go.mod");
  const direct = example.replace(/^require \(\n(?:.+ \/\/ indirect\n)+\)\n/m, "");
  return { ...sources, "go.mod": `${setSdk(direct)}\n${versions}` };
}

async function writeModule(folder: string, files: Sources): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  await copyFile(join(projectRoot, "tools/engine/pulumi/go.sum"), join(folder, "go.sum"));
}

async function go(folder: string, [command, ...args]: Command, env: NodeJS.ProcessEnv = {}): Promise<void> {
  await promisify(execFile)("go", [command, "-mod=mod", ...CLI_BUILD_FLAGS, ...args], {
    cwd: folder,
    env: { ...process.env, CGO_ENABLED: "0", ...env },
  });
}

/** Runs a Go command in a module with these sources and the generated SDK, and returns its folder. */
export async function goModule(sources: Sources, command: Command): Promise<string> {
  const sdks = await generatedSdks();
  const files = await moduleFiles(sources, (module) => module.replace("../../dist/sdks", sdks));
  return madeOnce("go", [basename(sdks), ...command, JSON.stringify(files)], async (folder) => {
    await writeModule(folder, files);
    await go(folder, command);
  });
}

async function automationSources(): Promise<Sources> {
  const files = [
    "examples/environments-go/main.go",
    "test/engine/languages/automation_test.go",
    "test/engine/languages/functions/go/functions_test.go",
  ];
  return Object.fromEntries(await Promise.all(files.map(async (file) => [basename(file), await text(file)] as const)));
}

/** Compiles the programs, and returns a function that runs a command on a stack through Go's Automation API. */
export async function prepareGo() {
  const program = join(await goModule(await automationSources(), BUILD_AUTOMATION), "automation");
  return (stack: TestStack, command: string) => automate(stack, command, [program]);
}

/** Does the same in `folder` with the SDK that Go downloads in an environment, and vets the SDK. */
export async function prepareDownloadedGo(folder: string, env: NodeJS.ProcessEnv) {
  await writeModule(
    folder,
    await moduleFiles(await automationSources(), (module) => module.replace(/^replace .+$/m, "")),
  );
  await go(folder, BUILD_AUTOMATION, env);
  await go(folder, ["vet", "github.com/DenchHQ/pulumi-dench/sdk/go/..."], env);
  return (stack: TestStack, command: string) => automate(stack, command, [join(folder, "automation")]);
}
