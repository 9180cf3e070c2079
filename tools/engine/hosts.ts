import { access, constants, realpath } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";

/** The languages whose programs the engine runs with a language host. */
const LANGUAGES = ["nodejs", "python", "go", "dotnet", "java", "yaml"] as const;
export type HostLanguage = (typeof LANGUAGES)[number];

/** The languages of programs on disk that an engine can run, and the others. */
export interface Hosts {
  readonly present: readonly HostLanguage[];
  readonly missing: readonly HostLanguage[];
}

export function isHostLanguage(name: string): name is HostLanguage {
  return LANGUAGES.some((language) => language === name);
}

/** Returns the languages that the CLI `pulumi` has a host for, next to its program or on PATH, which is where it looks. */
export async function hostsOf(pulumi: string): Promise<Hosts> {
  const folders = [dirname(pulumi), dirname(await realpath(pulumi)), ...pathFolders()];
  const found = await Promise.all(LANGUAGES.map((language) => programIn(folders, `pulumi-language-${language}`)));
  return {
    present: LANGUAGES.filter((_, index) => found[index] !== undefined),
    missing: LANGUAGES.filter((_, index) => found[index] === undefined),
  };
}

/**
 * Returns an error message if the `pulumi` on PATH cannot run programs on disk in this language, or undefined. Installs nothing:
 * it is the CLI that the user's next command runs.
 */
export async function problemOfHost(language: HostLanguage): Promise<string | undefined> {
  const remedy =
    "Install a released Pulumi CLI, which has all hosts (https://www.pulumi.com/docs/install), and add it to PATH.";
  const pulumi = await programIn(pathFolders(), "pulumi");
  if (pulumi === undefined) return `There is no pulumi on PATH. ${remedy}`;
  const { present } = await hostsOf(pulumi);
  if (present.includes(language)) return undefined;
  return `${pulumi} has no language host for ${language}, so it cannot run this program. ${remedy}`;
}

function pathFolders(): string[] {
  return (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
}

/** Returns the path of an executable in the first of these folders that has it. */
async function programIn(folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    for (const program of process.platform === "win32" ? [`${name}.exe`, `${name}.cmd`] : [name]) {
      const path = join(folder, program);
      const isExecutable = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (isExecutable) return path;
    }
  }
  return undefined;
}
