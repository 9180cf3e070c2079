import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "../../support/project";
import { pythonWith } from "../../support/python";
import { generatedSdks } from "../../support/sdks";
import type { TestStack } from "../../support/stack";
import { automate } from "./automation";

/** Returns the path of a Python with the example's requirements, including this package's SDK, installed by pip. */
async function pythonWithSdk(): Promise<string> {
  const sdks = await generatedSdks();
  const text = await readFile(join(projectRoot, "examples/environments-python/requirements.txt"), "utf8");
  return pythonWith(text.replace("../../dist/sdks", sdks));
}

/** Returns a function that runs a command on a stack through Python's Automation API, by default in a Python with the SDK. */
export async function preparePython(python?: string) {
  const program = [python ?? (await pythonWithSdk()), join(__dirname, "automation.py")] as const;
  return (stack: TestStack, command: string) => automate(stack, command, program);
}
