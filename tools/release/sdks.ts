import { execFile } from "node:child_process";
import { access, copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { repository, version } from "../../version";
import { writeSdks } from "../engine/sdks";
import { buildPython } from "./python";
import { writeTarball } from "./tarball";

/** The folder of the Go module in the repository. Go's tags begin with it. */
export const GO_MODULE = "sdk/go";

/** The languages whose generators are not Go modules, and are programs of a released engine. */
const HOSTED = { dotnet: "C#", java: "Java" } as const;
type Hosted = keyof typeof HOSTED;

/** The names of the written files. */
export interface SdkPackages {
  readonly python: readonly string[];
  readonly go: string;
  readonly sources: readonly string[];
}

/**
 * Writes the SDKs for other languages into `folder`: the wheel and the source distribution for Python, the module for Go, and
 * the sources for C# and Java. `engineBin` is the folder of the engine's programs.
 */
export async function writeSdkPackages(root: string, folder: string, engineBin: string): Promise<SdkPackages> {
  const staging = await mkdtemp(join(tmpdir(), "pulumi-dench-sdks-"));
  try {
    await writeSdks(staging);
    const project = join(staging, "python");
    await copyFile(join(root, "LICENSE"), join(project, "LICENSE"));
    await writeFile(join(project, "README.md"), await readme(root));
    const python = await buildPython(root, project, folder);

    const module = join(staging, "module");
    await cp(join(staging, "go"), join(module, GO_MODULE), { recursive: true });
    await copyFile(join(root, "LICENSE"), join(module, GO_MODULE, "LICENSE"));
    const go = archiveName("go");
    await writeTarball(module, join(folder, go));
    return { python, go, sources: await writeHosted(root, folder, engineBin, staging) };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Returns the languages whose SDK the engine cannot generate. `engineBin` is the folder of the engine's programs. */
export async function languagesWithoutGenerator(engineBin: string): Promise<string[]> {
  const missing: string[] = [];
  for (const language of Object.keys(HOSTED) as Hosted[]) {
    if (!(await hasGenerator(engineBin, language))) missing.push(HOSTED[language]);
  }
  return missing;
}

/** Writes the sources for each language that the engine has a generator for. Returns the names of their archives. */
async function writeHosted(root: string, folder: string, engineBin: string, staging: string): Promise<string[]> {
  const sources: string[] = [];
  for (const language of Object.keys(HOSTED) as Hosted[]) {
    if (!(await hasGenerator(engineBin, language))) continue;
    const out = join(staging, "hosted");
    const schema = join(root, "provider", "schema.json");
    const generate = ["package", "gen-sdk", schema, "--language", language, "--out", out];
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    await promisify(execFile)(join(engineBin, "pulumi"), generate, { env });
    const content = join(staging, `${language}-content`);
    await mkdir(content);
    await cp(join(out, language), join(content, language), { recursive: true });
    await copyFile(join(root, "LICENSE"), join(content, language, "LICENSE"));
    await writeTarball(content, join(folder, archiveName(language)));
    sources.push(archiveName(language));
  }
  return sources;
}

/** Returns the page of the Python package: what it is, and the example of the provider's overview. */
async function readme(root: string): Promise<string> {
  const [example] = /```python\n[\s\S]*?\n```/.exec(await readFile(join(root, "docs", "_index.md"), "utf8")) ?? [];
  if (example === undefined) throw new Error("docs/_index.md has no example in Python");
  return [
    "# pulumi_dench",
    "Manages gateway API keys of a [Dench](https://www.dench.com) workspace, in Python programs for Pulumi.",
    example,
    `\`pulumi up\` downloads the plugin that the program needs. The [repository](${repository}) has the documentation.\n`,
  ].join("\n\n");
}

function hasGenerator(engineBin: string, language: Hosted): Promise<boolean> {
  return access(join(engineBin, `pulumi-language-${language}`)).then(
    () => true,
    () => false,
  );
}

function archiveName(language: string): string {
  return `pulumi-dench-sdk-${language}-v${version}.tar.gz`;
}
