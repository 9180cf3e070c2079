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

/**
 * Runs a Go command in a module like the example's with these sources, and returns its folder. The module uses the versions of
 * the CLI's module, which are cached and compiled where the CLI was built.
 */
export async function goModule(
  sources: Readonly<Record<string, string>>,
  [command, ...args]: readonly [string, ...string[]],
): Promise<string> {
  const sdks = await generatedSdks();
  const module = (await text("examples/environments-go/go.mod")).replace("../../dist/sdks", sdks);
  const versions = (await text("tools/engine/pulumi/go.mod")).replace(/^[\s\S]*?(?=^require)/m, "");
  const files = { ...sources, "go.mod": `${module}\n${versions}` };
  return madeOnce("go", [basename(sdks), command, ...args, JSON.stringify(files)], async (folder) => {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    await copyFile(join(projectRoot, "tools/engine/pulumi/go.sum"), join(folder, "go.sum"));
    await promisify(execFile)("go", [command, "-mod=mod", ...CLI_BUILD_FLAGS, ...args], {
      cwd: folder,
      env: { ...process.env, CGO_ENABLED: "0" },
    });
  });
}

/** Compiles the programs, and returns a function that runs a command on a stack through Go's Automation API. */
export async function prepareGo() {
  const files = [
    "examples/environments-go/main.go",
    "test/engine/languages/automation_test.go",
    "test/engine/languages/functions/go/functions_test.go",
  ];
  const sources = await Promise.all(files.map(async (file) => [basename(file), await text(file)] as const));
  const build = ["test", "-c", "-vet=off", "-ldflags", "-w -s", "-o", "automation", "."] as const;
  const program = join(await goModule(Object.fromEntries(sources), build), "automation");
  return (stack: TestStack, command: string) => automate(stack, command, [program]);
}
