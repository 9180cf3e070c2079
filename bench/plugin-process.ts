import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Client, credentials, type MethodDefinition } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { Variables } from "./key-stack";

/** A plugin that was started like the engine starts it. */
export class PluginProcess {
  readonly #process: ChildProcess;
  readonly #client: Client;

  private constructor(process: ChildProcess, port: string) {
    this.#process = process;
    this.#client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  }

  /** Starts the plugin in a folder, which is a script, and waits until it has printed its port. */
  static start(folder: string, env: Variables = {}): Promise<PluginProcess> {
    return PluginProcess.#started(process.execPath, [join(folder, "pulumi-resource-dench")], env);
  }

  /** Starts the plugin that is an executable, and waits until it has printed its port. */
  static startExecutable(file: string, env: Variables = {}): Promise<PluginProcess> {
    return PluginProcess.#started(file, [], env);
  }

  static async #started(command: string, args: readonly string[], env: Variables): Promise<PluginProcess> {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, ...env } });
    for await (const port of createInterface({ input: child.stdout })) return new PluginProcess(child, port);
    throw new Error(`${[command, ...args].join(" ")} exited before it printed its port`);
  }

  get pid(): number {
    const { pid } = this.#process;
    if (pid === undefined) throw new Error("the plugin has no process ID");
    return pid;
  }

  /** Sends one request. Rejects with the status of a failure. */
  send<Request, Response>(
    { path, requestSerialize, responseDeserialize }: MethodDefinition<Request, Response>,
    request: Request,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, response) => {
        if (response === undefined) reject(error);
        else resolve(response);
      });
    });
  }

  /** Kills the plugin, as the engine does at the end of a run. */
  async stop(): Promise<void> {
    this.#client.close();
    this.#process.kill("SIGKILL");
    await once(this.#process, "exit");
  }
}
