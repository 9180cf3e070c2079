import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import type { Engine } from "../tools/engine/engine";
import { linkPackage } from "../tools/engine/package";
import type { ChildServer, GatewayAddress } from "./child-server";
import type { Workbench } from "./workbench";

const NAME = "bench";
const OUTPUT_BYTES = 256 * 1024 * 1024;

export type Variables = Readonly<Record<string, string>>;

/** A stack of keys with a state and a gateway of its own. */
export interface KeyStack {
  up(env?: Variables): Promise<void>;
  preview(env?: Variables): Promise<void>;
  destroy(env?: Variables): Promise<void>;
  /** The size of the state in bytes. */
  stateBytes(): Promise<number>;
  /** Deletes the files of the stack, and stops its gateway. */
  discard(): Promise<void>;
}

/** Makes the engine write the state once, at the end of a run. */
export const SKIP_CHECKPOINTS: Variables = { PULUMI_SKIP_CHECKPOINTS: "true" };

export interface KeyStackOptions {
  readonly keys: number;
  /** The gateway to use. Undefined if the provider sends no requests. */
  readonly gateway: ChildServer<GatewayAddress> | undefined;
}

/** A stack of a project on disk, which the command-line program of the engine runs. */
export class YamlStack implements KeyStack {
  readonly #engine: Engine;
  readonly #folder: string;
  readonly #env: Variables;
  readonly #gateway: ChildServer<GatewayAddress> | undefined;

  private constructor(
    engine: Engine,
    folder: string,
    env: Variables,
    gateway: ChildServer<GatewayAddress> | undefined,
  ) {
    this.#engine = engine;
    this.#folder = folder;
    this.#env = env;
    this.#gateway = gateway;
  }

  /** Creates a stack. `plugin` is the folder that contains the plugin. */
  static async create(
    workbench: Workbench,
    { keys, gateway, plugin }: KeyStackOptions & { readonly plugin: string },
  ): Promise<YamlStack> {
    const engine = await workbench.engine();
    const folder = await stackFolder(workbench);
    const resources = names(keys).map((name) => [name, { type: "dench:GatewayKey", properties: { name } }]);
    const program = {
      name: NAME,
      runtime: "yaml",
      plugins: { providers: [{ name: "dench", path: plugin }] },
      resources: Object.fromEntries(resources),
    };
    // JSON is valid YAML.
    await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify(program));
    const stack = new YamlStack(engine, folder, variables(engine, gateway?.address), gateway);
    await stack.#pulumi(["stack", "init", NAME]);
    return stack;
  }

  /** Returns another stack with a copy of the state. It has the same gateway, and so the same keys. */
  async copy(workbench: Workbench): Promise<YamlStack> {
    const folder = await workbench.folder();
    await cp(this.#folder, folder, { recursive: true });
    return new YamlStack(this.#engine, folder, this.#env, undefined);
  }

  up(env?: Variables): Promise<void> {
    return this.#pulumi(["up", "--yes", "--skip-preview", "--stack", NAME], env);
  }

  preview(env?: Variables): Promise<void> {
    return this.#pulumi(["preview", "--stack", NAME], env);
  }

  destroy(env?: Variables): Promise<void> {
    return this.#pulumi(["destroy", "--yes", "--skip-preview", "--stack", NAME], env);
  }

  stateBytes(): Promise<number> {
    return stateBytes(this.#folder);
  }

  discard(): Promise<void> {
    return discard(this.#folder, this.#gateway);
  }

  async #pulumi(args: readonly string[], env: Variables = {}): Promise<void> {
    await promisify(execFile)(this.#engine.command.command, [...args, "--non-interactive"], {
      cwd: this.#folder,
      maxBuffer: OUTPUT_BYTES,
      env: { ...process.env, ...this.#env, ...backend(this.#folder), ...env },
    });
  }
}

/** Creates a stack of a program in this process, which calls `declare` for each key. */
export async function inlineStack(
  workbench: Workbench,
  { keys, gateway, declare }: KeyStackOptions & { readonly declare: (name: string) => unknown },
): Promise<KeyStack> {
  const folder = await stackFolder(workbench);
  await linkPackage(folder);
  // Pulumi's host of dynamic providers loads the package from the folder of this file.
  await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name: NAME, runtime: "nodejs" }));
  const engine = await workbench.engine();
  const envVars = { ...variables(engine, gateway?.address), ...backend(folder) };
  const program = async () => names(keys).forEach(declare);
  const stack = await LocalWorkspace.createStack(
    { stackName: NAME, projectName: NAME, program },
    { workDir: folder, pulumiCommand: engine.command, envVars },
  );
  // By default, each of these starts the engine again after every command.
  stack.info = async () => undefined;
  stack.outputs = async () => ({});
  const withEnv = async (env: Variables = {}, run: (stack: Stack) => Promise<unknown>) => {
    stack.workspace.envVars = { ...envVars, ...env };
    await run(stack);
  };
  return {
    up: (env) => withEnv(env, (each) => each.up()),
    preview: (env) => withEnv(env, (each) => each.preview()),
    destroy: (env) => withEnv(env, (each) => each.destroy()),
    stateBytes: () => stateBytes(folder),
    discard: () => discard(folder, gateway),
  };
}

function names(keys: number): string[] {
  return Array.from({ length: keys }, (_, index) => `key-${index}`);
}

/** Returns a new folder for a stack and its state. */
async function stackFolder(workbench: Workbench): Promise<string> {
  const folder = await workbench.folder();
  await mkdir(join(folder, "state"));
  return folder;
}

function backend(folder: string): Variables {
  return { PULUMI_BACKEND_URL: `file://${join(folder, "state")}` };
}

function variables(engine: Engine, gateway: GatewayAddress | undefined): Variables {
  return {
    PATH: [engine.bin, dirname(process.execPath), process.env["PATH"]].join(delimiter),
    PULUMI_CONFIG_PASSPHRASE: randomBytes(18).toString("base64url"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_CHECKPOINTS: "",
    DENCH_BASE_URL: gateway?.baseUrl ?? "",
    DENCH_API_KEY: gateway?.adminToken ?? "",
    DENCH_WORKSPACE: "",
  };
}

async function stateBytes(folder: string): Promise<number> {
  return (await readFile(join(folder, "state", ".pulumi", "stacks", NAME, `${NAME}.json`))).length;
}

async function discard(folder: string, gateway: ChildServer<unknown> | undefined): Promise<void> {
  await gateway?.stop();
  await rm(folder, { recursive: true, force: true });
}
