import { randomBytes } from "node:crypto";
import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import type { Key } from "../../contract/port";
import type { Send } from "../../contract/transport";
import { vendorApi } from "../../contract/vendor-api";
import { type Gateway, startGateway } from "../../gateway/gateway";
import type { Engine } from "../../tools/engine/engine";

const packageRoot = dirname(require.resolve("pulumi-dench/package.json"));

export interface Setting {
  readonly engine: Engine;
  /** Of the two forms in examples/environments: served by the plugin, or by the dynamic provider. */
  readonly program: "index" | "dynamic";
}

/** What a run of the engine changed, and its outputs in clear. */
export interface Run {
  /** In the order in which they ended: `create`, `create-replacement`, `delete-replaced`, `delete`. */
  readonly steps: readonly string[];
  readonly key: string;
  readonly keyId: string;
}

/** A gateway, a copy of the example's project, and the stacks' state: all in one folder that goes when it is closed. */
export class Workbench {
  readonly gateway: Gateway;
  readonly folder: string;
  readonly stateFolder: string;
  /** What a shell needs to look at the stacks. */
  readonly env: Readonly<Record<string, string>>;
  readonly #engine: Engine;
  readonly #program: string;

  private constructor({ engine, program }: Setting, gateway: Gateway, folder: string) {
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

  static async open(setting: Setting): Promise<Workbench> {
    const folder = await mkdtemp(join(tmpdir(), "pulumi-dench-demo-"));
    const gateway = await startGateway({ port: 0, data: join(folder, "gateway.db") });
    const bench = new Workbench(setting, gateway, folder);
    await mkdir(bench.stateFolder);
    await cp(join(packageRoot, "examples", "environments"), bench.projectFolder, { recursive: true });
    // Until the package is published, its plugin is found by this setting.
    const plugins = `plugins:\n  providers:\n    - name: dench\n      path: ${packageRoot}\n`;
    await appendFile(join(bench.projectFolder, "Pulumi.yaml"), plugins);
    // What `npm install` would do, for the dynamic provider: its host looks for the packages here.
    await mkdir(join(bench.projectFolder, "node_modules"));
    for (const [name, target] of [
      ["@pulumi", join(packageRoot, "node_modules", "@pulumi")],
      ["pulumi-dench", packageRoot],
    ] as const) {
      await symlink(target, join(bench.projectFolder, "node_modules", name));
    }
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

  /** The stack of an environment. Its program is loaded afresh at each run. */
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
    return { steps: stepsOf(events), key: String(outputs["key"]?.value), keyId: String(outputs["keyId"]?.value) };
  }

  /** Every additional key of the workspace, newest first. */
  async keys(): Promise<readonly Key[]> {
    return (await vendorApi(this.#send).list({})).keys;
  }

  /** Sends requests without a body. */
  readonly #send: Send = async ({ method, path, query = {}, read }) => {
    const url = new URL(this.gateway.baseUrl + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const response = await fetch(url, { method, headers: { authorization: `Bearer ${this.gateway.adminToken}` } });
    const { status, headers } = response;
    const reading = read({ status, json: await response.json(), header: (name) => headers.get(name) ?? undefined });
    if ("result" in reading) return reading.result;
    throw new Error(`${method} ${path} got the status ${status}`);
  };

  /** The status of the data plane's answer to this key. */
  async dataPlane(key: string): Promise<number> {
    const answer = await fetch(`${this.gateway.gatewayUrl}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    await answer.body?.cancel();
    return answer.status;
  }

  /** How many files the stacks' state has, and which of them hold one of these values in clear. */
  async searchState(values: readonly string[]): Promise<{ files: number; leaking: string[] }> {
    const entries = await readdir(this.stateFolder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
    const leaking = files.filter((_, index) => values.some((value) => texts[index]?.includes(value)));
    return { files: files.length, leaking };
  }
}

function stepsOf(events: readonly EngineEvent[]): string[] {
  return events.flatMap(({ resOutputsEvent }) => {
    const { op = "same", type = "" } = resOutputsEvent?.metadata ?? {};
    return type.endsWith(":GatewayKey") && op !== "same" && op !== "replace" ? [op] : [];
  });
}
