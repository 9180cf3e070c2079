import { randomBytes } from "node:crypto";
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import type { Key } from "../../contract/port";
import type { Send } from "../../contract/transport";
import { vendorApi } from "../../contract/vendor-api";
import { type Gateway, startGateway } from "../../gateway/gateway";
import type { Engine } from "../../tools/engine/engine";
import { linkPackage, packageRoot } from "../../tools/engine/package";
import { changesOf } from "../../tools/engine/steps";

export interface WorkbenchOptions {
  readonly engine: Engine;
  /** The program in examples/environments: with the plugin, or with the dynamic provider. */
  readonly program: "index" | "dynamic";
}

/** The steps of an update, and its outputs in plain text. */
export interface Run {
  /** The completed operations in order, such as `create` or `delete-replaced`. */
  readonly steps: readonly string[];
  readonly key: string;
  readonly keyId: string;
}

/** A gateway, a copy of the example project, and the state of its stacks. `close` deletes all of them. */
export class Workbench {
  readonly gateway: Gateway;
  readonly folder: string;
  readonly stateFolder: string;
  /** The environment variables for inspecting the stacks in a shell. */
  readonly env: Readonly<Record<string, string>>;
  readonly #engine: Engine;
  readonly #program: string;

  private constructor({ engine, program }: WorkbenchOptions, gateway: Gateway, folder: string) {
    this.#engine = engine;
    this.#program = program;
    this.gateway = gateway;
    this.folder = folder;
    this.stateFolder = join(folder, "state");
    this.env = {
      PULUMI_BACKEND_URL: `file://${this.stateFolder}`,
      PULUMI_CONFIG_PASSPHRASE: randomBytes(18).toString("base64url"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      DENCH_BASE_URL: gateway.baseUrl,
      DENCH_API_KEY: gateway.adminToken,
      DENCH_WORKSPACE: "",
    };
  }

  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const folder = await mkdtemp(join(tmpdir(), "pulumi-dench-demo-"));
    const gateway = await startGateway({ port: 0, data: join(folder, "gateway.db") });
    const bench = new Workbench(options, gateway, folder);
    await mkdir(bench.stateFolder);
    // The folder has more files after someone has followed its README.
    const isCommitted = (path: string) => !/^(node_modules|Pulumi\..+\.yaml)$/.test(basename(path));
    await cp(join(packageRoot, "examples", "environments"), bench.projectFolder, {
      recursive: true,
      filter: isCommitted,
    });
    // Finds the plugin although the package is not published.
    const plugins = `plugins:\n  providers:\n    - name: dench\n      path: ${packageRoot}\n`;
    await appendFile(join(bench.projectFolder, "Pulumi.yaml"), plugins);
    // The host of the dynamic provider loads the packages from here.
    await linkPackage(bench.projectFolder);
    return bench;
  }

  get projectFolder(): string {
    return join(this.folder, "project");
  }

  get engineCommand(): string {
    return this.#engine.command.command;
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Returns the stack of an environment. Its program is reloaded on each run. */
  environment(stackName: string): Promise<Stack> {
    const program = async () => {
      const module = require.resolve(`../environments/${this.#program}`);
      delete require.cache[module];
      return require(module);
    };
    return LocalWorkspace.createOrSelectStack(
      { stackName, projectName: "environments", program },
      {
        workDir: this.projectFolder,
        pulumiCommand: this.#engine.command,
        secretsProvider: "passphrase",
        envVars: { ...this.env },
      },
    );
  }

  async up(stack: Stack): Promise<Run> {
    const events: EngineEvent[] = [];
    const { outputs } = await stack.up({ onEvent: (event) => events.push(event) });
    const ended = events.flatMap(({ resOutputsEvent }) => resOutputsEvent?.metadata ?? []);
    return {
      steps: changesOf(ended).map(({ op }) => op),
      key: String(outputs["key"]?.value),
      keyId: String(outputs["keyId"]?.value),
    };
  }

  /** Returns every additional key of the workspace, newest first. */
  async keys(): Promise<readonly Key[]> {
    return (await vendorApi(this.#send).list({})).keys;
  }

  /** Sends requests without a body. */
  readonly #send: Send = async ({ method, path, query = {}, parse }) => {
    const url = new URL(this.gateway.baseUrl + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const response = await fetch(url, { method, headers: { authorization: `Bearer ${this.gateway.adminToken}` } });
    const { status, headers } = response;
    const parsed = parse({ status, json: await response.json(), header: (name) => headers.get(name) ?? undefined });
    if ("result" in parsed) return parsed.result;
    throw new Error(`${method} ${path} got the status ${status}`);
  };

  /** Returns the status of a data plane request with this key. */
  async dataPlane(key: string): Promise<number> {
    const response = await fetch(`${this.gateway.gatewayUrl}/v1/models`, {
      headers: { authorization: `Bearer ${key}` },
    });
    await response.body?.cancel();
    return response.status;
  }

  /** Returns the number of state files, and the files that contain one of the values in plain text. */
  async searchState(values: readonly string[]): Promise<{ files: number; leaking: string[] }> {
    const entries = await readdir(this.stateFolder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
    const leaking = files.filter((_, index) => values.some((value) => texts[index]?.includes(value)));
    return { files: files.length, leaking };
  }
}
