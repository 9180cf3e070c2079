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
  /** For `LocalWorkspaceOptions.pulumiCommand`. The Automation API ignores PULUMI_HOME, so it has to be told. */
  readonly command: PulumiCommand;
  /** The folder of the CLI and its language hosts. */
  readonly bin: string;
  readonly version: string;
  /** How it came to be here, in words. */
  readonly source: string;
}

export interface EngineNeeds {
  /** Whether YAML programs on disk will be run. Default: false. */
  readonly yaml?: boolean;
  /** Told in one line what is going on, whenever there is something to wait for. */
  readonly progress: (line: string) => void;
}

/** No engine could be had. The message names each way that was tried and the ways out. */
export class NoEngineError extends Error {
  override readonly name = "NoEngineError";
  readonly code = "no_engine";
}

/**
 * Makes sure of the pinned engine, trying in this order: PATH, Pulumi's own version folder, the vendor's download, and a
 * build from the Go module registry. The last two put it into the version folder, where the next call finds it.
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
  const present = await installed();
  if (present) return present;

  const failures: string[] = [];
  for (const install of installers) {
    try {
      await install({ root, wanted, progress: needs.progress });
      const engine = await installed();
      if (engine) return engine;
      failures.push(`${install.name}: it ended without an error, yet ${root} lacks ${wanted.join(" or ")}`);
    } catch (error) {
      failures.push(`${install.name}: ${errorMessage(error)}`);
    }
  }
  throw new NoEngineError(
    [
      `Pulumi ${ENGINE_VERSION} could not be found, downloaded or built.`,
      ...failures.map((failure) => `  - ${failure}`),
      "Ways out, any one of them:",
      `  - install Pulumi ${ENGINE_VERSION} (https://www.pulumi.com/docs/install) so that it is on PATH;`,
      "  - install Go 1.26.6 or newer (https://go.dev/doc/install) and run this again: the engine is then built;",
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
