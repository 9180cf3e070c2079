import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { inject, onTestFinished } from "vitest";
import { temporaryFolder } from "./folder";
import { SECRETS_PROVIDER } from "./key-service";
import { type CleanUp, projectRoot } from "./project";

const runFile = promisify(execFile);

/** A resource in a YAML program. */
export interface YamlResource {
  /** Default: dench:GatewayKey. */
  readonly type?: string;
  readonly properties?: object;
  readonly options?: object;
}

/** A key that a state has, decrypted. */
export interface KeyInState {
  /** Of the resource. */
  readonly name: string;
  readonly keyId: string;
  readonly key: string | undefined;
}

/** What a command printed, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A stack of a YAML program, driven by the command line, so that each process can be ended from outside. */
export class CliStack {
  readonly folder: string;
  readonly env: Record<string, string | undefined>;
  /** The project's config, written with the program. */
  config: Readonly<Record<string, unknown>> = {};

  private constructor(folder: string, env: Readonly<Record<string, string>>) {
    this.folder = folder;
    const bin = inject("engineBin") ?? "";
    this.env = {
      ...process.env,
      PATH: [bin, dirname(process.execPath), process.env["PATH"]].join(delimiter),
      // Without metadata files: a SIGKILL can leave one of them empty, and every command then fails.
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}?metadata=skip`,
      ...inject("keyService"),
      // For a stack that is created by a test's own commands.
      PULUMI_CONFIG_PASSPHRASE: "only for this test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      DENCH_API_KEY: "",
      DENCH_WORKSPACE: "",
      ...env,
    };
  }

  static async create(env: Readonly<Record<string, string>>, cleanUp: CleanUp = onTestFinished): Promise<CliStack> {
    const folder = await temporaryFolder(cleanUp);
    await mkdir(join(folder, "state"));
    const stack = new CliStack(folder, env);
    await stack.write({});
    await stack.run("stack", "init", "test", "--secrets-provider", SECRETS_PROVIDER);
    return stack;
  }

  /** Replaces the program. Of each key, its value and its id are outputs of the stack. */
  async write(keys: Readonly<Record<string, YamlResource>>): Promise<void> {
    const resources = Object.entries(keys).map(([name, key]) => [
      name,
      // A resource with empty properties fails in the YAML host.
      { type: "dench:GatewayKey", ...key },
    ]);
    const outputs = Object.keys(keys).map((name) => [name, { key: `\${${name}.key}`, keyId: `\${${name}.keyId}` }]);
    const program = {
      name: "test",
      runtime: "yaml",
      plugins: { providers: [{ name: "dench", path: projectRoot }] },
      config: Object.fromEntries(Object.entries(this.config).map(([name, value]) => [name, { value }])),
      resources: Object.fromEntries(resources),
      outputs: Object.fromEntries(outputs),
    };
    // JSON is YAML.
    await writeFile(join(this.folder, "Pulumi.yaml"), JSON.stringify(program));
  }

  /** Runs a command to its end. Rejects, with what it printed, unless it ends with 0. */
  async run(...args: readonly string[]): Promise<string> {
    const { code, output } = await this.start(...args).ended;
    if (code !== 0 || /\b[1-9]\d* errored/.test(output)) throw new Error(`pulumi ${args.join(" ")} failed:\n${output}`);
    return output;
  }

  up(...args: readonly string[]): Promise<string> {
    return this.run("up", "--yes", "--skip-preview", ...args);
  }

  /** Does what a user does after a crash: removes the lock if one is left, and runs the update again. */
  async recover(): Promise<string> {
    const left = await readdir(join(this.folder, "state/.pulumi/locks"), { recursive: true }).catch(() => []);
    if (left.some((file) => file.endsWith(".json"))) await this.run("cancel", "--yes");
    return this.up();
  }

  start(...args: readonly string[]): RunningCommand {
    return new RunningCommand(
      spawn("pulumi", [...args, "--non-interactive"], {
        cwd: this.folder,
        env: this.env,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  }

  /** Every key that the state has: current, previous, waiting to be revoked, and of resources that wait for deletion. */
  async keysInState(): Promise<KeyInState[]> {
    const { deployment }: { deployment: Deployment } = JSON.parse(await this.run("stack", "export", "--show-secrets"));
    return (deployment.resources ?? []).flatMap(({ urn, type, outputs = {} }) => {
      const name = urn.split("::").at(-1) ?? "";
      const { keyId, key, previousKeyId, previousKey, revokePending } = outputs;
      // The stack has the outputs of its program, which may have the same names.
      if (typeof keyId !== "string" || type === "pulumi:pulumi:Stack") return [];
      const current = { name, keyId, key: plain(key) };
      const previous =
        typeof previousKeyId === "string" ? [{ name, keyId: previousKeyId, key: plain(previousKey) }] : [];
      const pending: unknown[] = Array.isArray(revokePending) ? revokePending : [];
      return [current, ...previous, ...pending.map((id) => ({ name, keyId: String(id), key: undefined }))];
    });
  }

  /** The outputs of the stack, decrypted: by the name of the resource, the key's value and id. */
  async outputs(): Promise<Record<string, { key: string; keyId: string }>> {
    return JSON.parse(await this.run("stack", "output", "--json", "--show-secrets"));
  }
}

interface Deployment {
  readonly resources?: readonly {
    readonly urn: string;
    readonly type: string;
    readonly outputs?: Readonly<Record<string, unknown>>;
  }[];
}

/** A value of a decrypted export: secrets stand there as JSON in an object of their own. */
function plain(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return undefined;
  const text: unknown = Reflect.get(value, "plaintext");
  const secret: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
  return typeof secret === "string" ? secret : undefined;
}

/** A command under way. */
export class RunningCommand {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => {
        output += chunk;
      });
    }
    // Not "close": a plugin that outlives the engine would hold the streams.
    this.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => setImmediate(() => resolve({ code, output })));
    });
  }

  /** Ends the engine with SIGKILL, and its language host, which may outlive it. The plugins are left to themselves. */
  async kill(): Promise<void> {
    const children = await childrenOf(this.#child.pid ?? 0);
    this.#child.kill("SIGKILL");
    for (const { pid, command } of children) {
      if (command.includes("pulumi-language-")) endProcess(pid);
    }
    await this.ended;
  }

  /** As Ctrl-C does. */
  interrupt(): void {
    this.#child.kill("SIGINT");
  }

  /** The ids of the plugin's processes. */
  async plugins(): Promise<number[]> {
    const children = await childrenOf(this.#child.pid ?? 0);
    return children.filter(({ command }) => command.includes("pulumi-resource-dench")).map(({ pid }) => pid);
  }
}

/** Ends a process with SIGKILL, if it has not ended by itself. */
export function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function childrenOf(parent: number): Promise<{ pid: number; command: string }[]> {
  const { stdout } = await runFile("ps", ["-e", "-o", "pid=,ppid=,args="]);
  return stdout.split("\n").flatMap((line) => {
    const [, pid, ppid, command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(ppid) === parent ? [{ pid: Number(pid), command }] : [];
  });
}

/** Resolves once a process is gone. A zombie, which only its parent has yet to notice, counts as gone. */
export async function gone(pid: number): Promise<void> {
  for (;;) {
    const { stdout } = await runFile("ps", ["-o", "stat=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
    if (stdout.trim() === "" || stdout.trim().startsWith("Z")) return;
  }
}
