import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
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

/** A group of tests that need the real engine. */
export const describeWithEngine = engineBin === null ? describe.skip : describe;

/** What one run of the engine did. */
export interface Outcome {
  /** Each step that changes something, in the order in which they ended: `create ci`, `delete-replaced ci`. */
  readonly steps: readonly string[];
  /** Of an `up`. */
  readonly outputs: OutputMap;
  /** All that the command printed. */
  readonly output: string;
}

export interface StackOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A project on disk to copy and run, instead of a program given inline. */
  readonly project?: string;
  /** What to run in place of the project's own program, which may need a language host. */
  readonly program?: PulumiFn;
  readonly stackName?: string;
  /** Whether this package is installed in the project's folder. Default: true. */
  readonly installed?: boolean;
}

/** A stack whose program may change between runs, with project and state in a folder of its own, gone after the test. */
export class TestStack {
  /** What the next run runs. */
  program: PulumiFn;
  readonly folder: string;
  /** Of the project, with Pulumi.yaml. */
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
    if (project) await cp(project, workDir, { recursive: true });
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
    // Each of them starts the engine, once or twice, after every command.
    opened.info = async () => undefined;
    opened.outputs = async () => (stack.#exports ? opened.workspace.stackOutputs(stackName) : {});
    stack.#opened = opened;
    return stack;
  }

  get stack(): Stack {
    if (!this.#opened) throw new Error("the stack was not opened");
    return this.#opened;
  }

  /** For the runs to come. */
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

  /** Everything that was written on disk for this stack, by file name. */
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

/** Returns what changed, in the order in which the steps ended: `create ci`, `delete-replaced ci`. */
export function stepsOf(ended: readonly EndedStep[]): string[] {
  return changesOf(ended).map(({ op, urn }) => `${op} ${urn.split("::").at(-1)}`);
}
