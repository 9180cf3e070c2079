import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { madeOnce } from "../../support/made-once";
import { projectRoot } from "../../support/project";
import { generatedSdks } from "../../support/sdks";
import type { TestStack } from "../../support/stack";
import { automate } from "./automation";

const runFile = promisify(execFile);

/** Returns the path of a Python with the example's requirements, including this package's SDK, installed by pip. */
async function pythonWithSdk(): Promise<string> {
  const sdks = await generatedSdks();
  const { stdout: version } = await runFile("python3", ["--version"]);
  const text = await readFile(join(projectRoot, "examples/environments-python/requirements.txt"), "utf8");
  const requirements = text.replace("../../dist/sdks", sdks);
  const folder = await madeOnce("python", [version, basename(sdks), requirements], async (venv) => {
    const file = join(venv, "requirements.txt");
    await runFile("python3", ["-m", "venv", venv]);
    await writeFile(file, requirements);
    await runFile(join(venv, "bin/python"), ["-m", "pip", "install", "--quiet", "--requirement", file]);
  });
  return join(folder, "bin/python");
}

/** Returns a function that runs a command on a stack through Python's Automation API, by default in a Python with the SDK. */
export async function preparePython(python?: string) {
  const program = [python ?? (await pythonWithSdk()), join(__dirname, "automation.py")] as const;
  return (stack: TestStack, command: string) => automate(stack, command, program);
}
