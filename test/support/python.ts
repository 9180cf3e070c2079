import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { madeOnce } from "./made-once";

const runFile = promisify(execFile);

/** Returns the path of a Python with these requirements, in the form of a `requirements.txt`, installed by pip. */
export async function pythonWith(requirements: string): Promise<string> {
  const { stdout: version } = await runFile("python3", ["--version"]);
  const folder = await madeOnce("python", [version, requirements], async (venv) => {
    const file = join(venv, "requirements.txt");
    await runFile("python3", ["-m", "venv", venv]);
    await writeFile(file, requirements);
    await runFile(join(venv, "bin/python"), ["-m", "pip", "install", "--quiet", "--requirement", file]);
  });
  return join(folder, "bin/python");
}
