import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import * as z from "zod";

/** A server in a process of its own, so that it does not share an event loop with what is measured. */
export class ChildServer<Address> {
  /** What the server printed once it was listening. */
  readonly address: Address;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, address: Address) {
    this.#process = process;
    this.address = address;
  }

  /** Starts a Node program, and waits for its first line, which is JSON. Rejects if the program exits before it. */
  static async start<Address>(args: readonly string[], address: z.ZodType<Address>): Promise<ChildServer<Address>> {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: child.stdout }))
      return new ChildServer(child, address.parse(JSON.parse(line)));
    throw new Error(`${args.join(" ")} exited before it was listening`);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    this.#process.kill();
    await once(this.#process, "exit");
  }
}

/** What the local gateway prints with `--json`, as far as a bench needs it. */
export const GatewayAddress = z.object({ url: z.string(), baseUrl: z.string(), adminToken: z.string() });
export type GatewayAddress = z.infer<typeof GatewayAddress>;
