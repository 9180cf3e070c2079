import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, delimiter, dirname, join } from "node:path";
import {
  type EngineEvent,
  LocalWorkspace,
  type LocalWorkspaceOptions,
  type OutputMap,
  PulumiCommand,
  type PulumiFn,
  type Stack,
} from "@pulumi/pulumi/automation";
import { describe, inject } from "vitest";
import { changesOf, type EndedStep } from "../../tools/engine/steps";
import { temporaryFolder } from "./folder";
import { SECRETS_PROVIDER } from "./key-service";
import { install, projectRoot } from "./project";

const engineBin = inject("engineBin");

let command: Promise<PulumiCommand> | undefined;

/** Registers a group of tests that need the real engine. */
export const describeWithEngine = engineBin === null ? describe.skip : describe;

/** The result of a run of the engine. */
export interface Outcome {
  /** The completed steps that change something, in order, such as `create ci` or `delete-replaced ci`. */
  readonly steps: readonly string[];
  /** The stack outputs after an `up`. */
  readonly outputs: OutputMap;
  /** The full output of the command. */
  readonly output: string;
}

export interface StackOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A project on disk to copy and run, instead of an inline program. */
  readonly project?: string;
  /** The program to run instead of the project's own, which may need a language host. */
  readonly program?: PulumiFn;
  readonly stackName?: string;
  /** Whether this package is installed in the project's folder. Defaults to `true`. */
  readonly installed?: boolean;
}

/** A stack whose program may change between runs. Its project and state are in a temporary folder. */
export class TestStack {
  /** The program of the next run. */
  program: PulumiFn;
  readonly folder: string;
  /** The folder of the project, with Pulumi.yaml. */
  readonly workDir: string;
  #opened: Stack | undefined;
  #exports = true;

  private constructor(folder: string, program: PulumiFn) {
    this.folder = folder;
    this.workDir = join(folder, "project");
    this.program = program;
  }

  static async create({
    env = {},
    project,
    program,
    stackName = "test",
    installed = true,
  }: StackOptions = {}): Promise<TestStack> {
    const folder = await temporaryFolder();
    const stack = new TestStack(folder, program ?? (async () => ({})));
    const { workDir } = stack;
    await mkdir(join(folder, "state"));
    // The folder of an example has more files after someone has followed its README.
    const isCommitted = (path: string) => !/^(node_modules|venv|Pulumi\..+\.yaml)$/.test(basename(path));
    if (project) await cp(project, workDir, { recursive: true, filter: isCommitted });
    else await mkdir(workDir);
    const file = join(workDir, "Pulumi.yaml");
    const settings = project ? await readFile(file, "utf8") : "name: test\nruntime: nodejs\n";
    await writeFile(file, `${settings}\nplugins:\n  providers:\n    - name: dench\n      path: ${projectRoot}\n`);

    if (installed) await install(workDir);
    const options = await stack.#workspaceOptions(env);
    const [, projectName = ""] = /^name: (.+)$/m.exec(settings) ?? [];
    const inline = async () => {
      const outputs = await stack.program();
      stack.#exports = outputs !== undefined;
      return outputs;
    };
    const opened =
      project && !program
        ? await LocalWorkspace.createStack({ stackName, workDir }, options)
        : await LocalWorkspace.createStack({ stackName, projectName, program: inline }, { ...options, workDir });
    // By default, each of these starts the engine once or twice after every command.
    opened.info = async () => undefined;
    opened.outputs = async () => (stack.#exports ? opened.workspace.stackOutputs(stackName) : {});
    opened.up = connecting(opened.up.bind(opened));
    opened.preview = connecting(opened.preview.bind(opened));
    opened.refresh = connecting(opened.refresh.bind(opened));
    opened.destroy = connecting(opened.destroy.bind(opened));
    stack.#opened = opened;
    return stack;
  }

  get stack(): Stack {
    if (!this.#opened) throw new Error("the stack is not open");
    return this.#opened;
  }

  /** Sets an environment variable of all later runs. */
  setEnv(name: string, value: string): void {
    this.stack.workspace.envVars[name] = value;
  }

  up(): Promise<Outcome> {
    return run(
      (listeners) => this.stack.up(listeners),
      ({ outputs }) => outputs,
    );
  }

  preview(): Promise<Outcome> {
    return run((listeners) => this.stack.preview(listeners));
  }

  refresh(): Promise<Outcome> {
    return run((listeners) => this.stack.refresh(listeners));
  }

  destroy(): Promise<Outcome> {
    return run((listeners) => this.stack.destroy(listeners));
  }

  /** Returns the contents of all files of this stack by path. */
  async filesWritten(): Promise<Map<string, string>> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const written = entries.filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"));
    const files = written.map((entry) => join(entry.parentPath, entry.name));
    return new Map(await Promise.all(files.map(async (file) => [file, await readFile(file, "utf8")] as const)));
  }

  async #workspaceOptions(env: Readonly<Record<string, string>>): Promise<LocalWorkspaceOptions> {
    if (engineBin === null) throw new Error("there is no engine");
    command ??= PulumiCommand.get({ root: dirname(engineBin) });
    return {
      pulumiCommand: await command,
      secretsProvider: SECRETS_PROVIDER,
      envVars: {
        PATH: [engineBin, dirname(process.execPath), process.env["PATH"]].join(delimiter),
        PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
        ...inject("keyService"),
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        DENCH_API_KEY: "",
        DENCH_BASE_URL: "",
        DENCH_WORKSPACE: "",
        ...env,
      },
    };
  }
}

/**
 * Returns a command that is repeated if its program cannot connect to the engine. gRPC for Node shares connections of a process by
 * address, so a new engine on the port of an earlier one gets the failed connection. The program then has not begun.
 */
function connecting<Options, Result>(command: (options?: Options) => Promise<Result>) {
  return async (options?: Options): Promise<Result> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await command(options);
      } catch (error) {
        const isStale = error instanceof Error && error.message.includes("No connection established. Last error: null");
        if (!isStale || attempt === 3) throw error;
      }
    }
  };
}

interface Listeners {
  readonly onOutput: (text: string) => void;
  readonly onEvent: (event: EngineEvent) => void;
}

async function run<Result>(
  command: (listeners: Listeners) => Promise<Result>,
  outputsOf: (result: Result) => OutputMap = () => ({}),
): Promise<Outcome> {
  const printed: string[] = [];
  const events: EngineEvent[] = [];
  const result = await command({ onOutput: (text) => printed.push(text), onEvent: (event) => events.push(event) });
  const metadata = events.flatMap(({ resOutputsEvent }) => resOutputsEvent?.metadata ?? []);
  return { steps: stepsOf(metadata), outputs: outputsOf(result), output: printed.join("") };
}

/** Returns the steps that change something, in the order of completion, such as `create ci` or `delete-replaced ci`. */
export function stepsOf(ended: readonly EndedStep[]): string[] {
  return changesOf(ended).map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
}
