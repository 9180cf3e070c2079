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
  /** The type token. Defaults to `dench:GatewayKey`. */
  readonly type?: string;
  readonly properties?: object;
  readonly options?: object;
}

/** A decrypted key of a state. */
export interface KeyInState {
  /** The name of the resource. */
  readonly name: string;
  readonly keyId: string;
  readonly key: string | undefined;
}

/** The output and the exit code of a command. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A stack of a YAML program, run by the command line, so that tests can kill each process. */
export class CliStack {
  readonly folder: string;
  readonly env: Record<string, string | undefined>;
  /** The project's config. `write` writes it with the program. */
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
      // For stacks that a test creates with its own commands.
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

  /** Replaces the program. The stack outputs are the value and the ID of each key. */
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

  /** Runs a command, and returns its output. Throws an error with the output unless the exit code is 0. */
  async run(...args: readonly string[]): Promise<string> {
    const { code, output } = await this.start(...args).ended;
    if (code !== 0 || /\b[1-9]\d* errored/.test(output)) throw new Error(`pulumi ${args.join(" ")} failed:\n${output}`);
    return output;
  }

  up(...args: readonly string[]): Promise<string> {
    return this.run("up", "--yes", "--skip-preview", ...args);
  }

  /** Recovers as a user does after a crash: removes a remaining lock, and runs the update again. */
  async recover(): Promise<string> {
    if (await this.#mayBeLocked()) await this.run("cancel", "--yes");
    return this.up();
  }

  /** Returns whether a run may have left a lock. Only the locks of a file back end can be found without the engine. */
  async #mayBeLocked(): Promise<boolean> {
    if (!this.env["PULUMI_BACKEND_URL"]?.startsWith("file:")) return true;
    const left = await readdir(join(this.folder, "state/.pulumi/locks"), { recursive: true }).catch(() => []);
    return left.some((file) => file.endsWith(".json"));
  }

  start(...args: readonly string[]): RunningCommand {
    // What follows `--` is for a converter.
    const end = args.includes("--") ? args.indexOf("--") : args.length;
    return new RunningCommand(
      spawn("pulumi", args.toSpliced(end, 0, "--non-interactive"), {
        cwd: this.folder,
        env: this.env,
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
  }

  /** Returns every key in the state: current, previous, pending revocation, and of resources pending deletion. */
  async keysInState(): Promise<KeyInState[]> {
    const { deployment }: { deployment: Deployment } = JSON.parse(await this.run("stack", "export", "--show-secrets"));
    return (deployment.resources ?? []).flatMap(({ urn, type, outputs = {} }) => {
      const name = urn.split("::").at(-1) ?? "";
      const { keyId, key, previousKeyId, previousKey, revokePending } = outputs;
      // The stack resource has the program's outputs, which may have the same names.
      if (typeof keyId !== "string" || type === "pulumi:pulumi:Stack") return [];
      const current = { name, keyId, key: plain(key) };
      const previous =
        typeof previousKeyId === "string" ? [{ name, keyId: previousKeyId, key: plain(previousKey) }] : [];
      const pending: unknown[] = Array.isArray(revokePending) ? revokePending : [];
      return [current, ...previous, ...pending.map((id) => ({ name, keyId: String(id), key: undefined }))];
    });
  }

  /** Returns the decrypted stack outputs: the key value and ID for each resource name. */
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

/** Returns the text of a value in a decrypted export, where a secret is an object with JSON in `plaintext`. */
function plain(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null) return undefined;
  const text: unknown = Reflect.get(value, "plaintext");
  const secret: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
  return typeof secret === "string" ? secret : undefined;
}

/** A running command. */
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
    // Not "close", because a plugin that outlives the engine keeps the streams open. The exit of one child reports every child
    // that has exited by then, so the output of this one may arrive in the next turn of the event loop.
    this.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => setImmediate(() => setImmediate(() => resolve({ code, output }))));
    });
  }

  /** Sends SIGKILL to the engine and its language host, which may outlive it, but not to the plugins. */
  async kill(): Promise<void> {
    const children = await childrenOf(this.#child.pid ?? 0);
    this.#child.kill("SIGKILL");
    for (const { pid, command } of children) {
      if (command.includes("pulumi-language-")) endProcess(pid);
    }
    await this.ended;
  }

  /** Sends SIGINT, as Ctrl-C does. */
  interrupt(): void {
    this.#child.kill("SIGINT");
  }

  /** Returns the IDs of the plugin's processes. */
  async plugins(): Promise<number[]> {
    const children = await childrenOf(this.#child.pid ?? 0);
    return children.filter(({ command }) => command.includes("pulumi-resource-dench")).map(({ pid }) => pid);
  }
}

/** Sends SIGKILL to a process, unless it has already exited. */
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

/** Waits until a process has exited. A zombie counts as exited. */
export async function waitForExit(pid: number): Promise<void> {
  for (;;) {
    const { stdout } = await runFile("ps", ["-o", "stat=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
    if (stdout.trim() === "" || stdout.trim().startsWith("Z")) return;
  }
}
