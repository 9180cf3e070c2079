import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { errorMessage } from "../../error-message";
import { buildEngine } from "./build";
import { downloadEngine } from "./download";
import { ENGINE_VERSION, type Installer, YAML_HOST } from "./installation";

export interface Engine {
  /** The value for `LocalWorkspaceOptions.pulumiCommand`. Required, since the Automation API ignores PULUMI_HOME. */
  readonly command: PulumiCommand;
  /** The folder of the CLI and its language hosts. */
  readonly bin: string;
  readonly version: string;
  /** Where the engine was found, as a phrase. */
  readonly source: string;
}

export interface EngineNeeds {
  /** Whether the YAML language host is needed. Defaults to `false`. */
  readonly yaml?: boolean;
  /** Receives one line of progress at a time. */
  readonly progress: (line: string) => void;
}

/** No engine was found or installed. The message lists what was tried and how to fix it. */
export class NoEngineError extends Error {
  override readonly name = "NoEngineError";
  readonly code = "no_engine";
}

/**
 * Returns the pinned engine from PATH or from Pulumi's version folder. If it is in neither, downloads or builds it into the
 * version folder. Throws a NoEngineError if every installer fails.
 */
export async function ensureEngine(
  needs: EngineNeeds,
  installers: readonly Installer[] = [downloadEngine, buildEngine],
): Promise<Engine> {
  const home = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const root = join(home, "versions", ENGINE_VERSION);
  const wanted = ["pulumi", ...(needs.yaml ? [YAML_HOST] : [])];

  const onPath = await engineOnPath(wanted);
  if (onPath) return onPath;

  const installed = () => engineIn(root, wanted, `installed in ${root}`);
  const existing = await installed();
  if (existing) return existing;

  const failures: string[] = [];
  for (const install of installers) {
    try {
      await install({ root, wanted, progress: needs.progress });
      const engine = await installed();
      if (engine) return engine;
      failures.push(`${install.name}: it succeeded, but ${root} does not contain ${wanted.join(" and ")}`);
    } catch (error) {
      failures.push(`${install.name}: ${errorMessage(error)}`);
    }
  }
  throw new NoEngineError(
    [
      `Pulumi ${ENGINE_VERSION} could not be found, downloaded or built.`,
      ...failures.map((failure) => `  - ${failure}`),
      "Do one of the following:",
      `  - install Pulumi ${ENGINE_VERSION} (https://www.pulumi.com/docs/install) and add it to PATH;`,
      "  - install Go 1.26.6 or newer (https://go.dev/doc/install) and run this command again, which then builds the engine;",
      `  - unpack a released CLI into ${join(root, "bin")}.`,
    ].join("\n"),
  );
}

async function engineOnPath(wanted: readonly string[]): Promise<Engine | undefined> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const bin of folders) {
    if (!(await hasAll(bin, wanted))) continue;
    const { stdout } = await promisify(execFile)(join(bin, "pulumi"), ["version"], {
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    if (stdout.trim() !== `v${ENGINE_VERSION}`) return undefined;
    return { command: await PulumiCommand.get(), bin, version: ENGINE_VERSION, source: "on PATH" };
  }
  return undefined;
}

async function engineIn(root: string, wanted: readonly string[], source: string): Promise<Engine | undefined> {
  const bin = join(root, "bin");
  if (!(await hasAll(bin, wanted))) return undefined;
  const command = await PulumiCommand.get({ root });
  return { command, bin, version: command.version?.version ?? ENGINE_VERSION, source };
}

async function hasAll(folder: string, programs: readonly string[]): Promise<boolean> {
  const present = await Promise.all(
    programs.map((program) =>
      access(join(folder, program), constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return present.every(Boolean);
}
