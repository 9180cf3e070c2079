import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { CliStack, type RunningCommand } from "../support/cli-stack";
import { temporaryFolder } from "../support/folder";
import { type TestGateway, testGateway } from "../support/gateway";
import type { CleanUp } from "../support/project";
import { FaultProxy, type Passing, type ProxyAction, withoutRequestIds } from "../support/proxy";

const START = Date.parse("2026-05-01T00:00:00Z");

/** A change to keys, and its request that a fault affects. */
export interface Operation {
  readonly name: string;
  /** Prepares the stack, and writes the program that the run applies. */
  prepare(scene: FaultScene, attempt: number): Promise<void>;
  /** Defaults to an update. */
  readonly command?: readonly string[];
  isMet(request: Passing): boolean;
}

/** Before the server gets the request, or after it has done the work and before the provider gets the response. */
export type Moment = "before" | "after";

/** A fault in at most `times` requests of a run. */
export interface Fault {
  readonly name: string;
  readonly moments: readonly Moment[];
  readonly times: number;
  /** Environment variables of the run. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the fault affects this request. Defaults to the operation's `isMet`. */
  isMet?(request: Passing): boolean;
  /** Changes the server during the run and the recovery. */
  change?(scene: FaultScene): void;
  /** Whether the server ignores request IDs. Then a run may orphan a key, but its output must name it. */
  readonly withoutRequestIds?: true;
  act(scene: FaultScene, run: RunningCommand, request: Passing): Promise<ProxyAction> | ProxyAction;
}

/** The result of a case. Every count must be zero. */
export interface Verdict {
  /** The number of values in the state that are not valid. */
  readonly lost: number;
  /** The number of active keys that are not in the state. */
  readonly orphaned: number;
  /** The number of outputs and files that contain a key value in plain text. */
  readonly leaked: number;
}

/** The result of a case on a server without request IDs, where an interrupted request may orphan a key. */
export interface VerdictWithoutRequestIds extends Omit<Verdict, "orphaned"> {
  /** The number of active keys that neither the state nor an output names. */
  readonly silent: number;
}

/** A stack, a gateway with a database on disk, and the proxy between them, for all faults of one operation. */
export class FaultScene {
  readonly gateway: TestGateway;
  readonly stack: CliStack;
  readonly #proxy: FaultProxy;
  readonly #now: { ms: number };
  /** Every key value that was in the state at any time. */
  readonly #values = new Set<string>();
  #printed = "";

  private constructor(gateway: TestGateway, stack: CliStack, proxy: FaultProxy, now: { ms: number }) {
    this.gateway = gateway;
    this.stack = stack;
    this.#proxy = proxy;
    this.#now = now;
  }

  static async open(cleanUp: CleanUp): Promise<FaultScene> {
    const folder = await temporaryFolder(cleanUp);
    const now = { ms: START };
    const gateway = await testGateway({ data: join(folder, "gateway.db"), clock: () => now.ms }, cleanUp);
    const proxy = await FaultProxy.before(gateway.gateway.url, cleanUp);
    const env = {
      ...gateway.env,
      DENCH_BASE_URL: `${proxy.url}/api/v1`,
      DENCH_TEST_NOW: new Date(START).toISOString(),
    };
    return new FaultScene(gateway, await CliStack.create(env, cleanUp), proxy, now);
  }

  wait(hours: number): void {
    this.#now.ms += hours * 3_600_000;
    this.stack.env["DENCH_TEST_NOW"] = new Date(this.#now.ms).toISOString();
  }

  /** Adds the server's own time to its responses. */
  sendServerTime(): void {
    this.#proxy.date = () => new Date(this.#now.ms);
  }

  /** Makes the server ignore request IDs. */
  dropRequestIds(): void {
    withoutRequestIds(this.#proxy);
  }

  /** Waits until the provider has abandoned the current request and sent another one. */
  async untilNextRequest(): Promise<void> {
    const seen = this.#proxy.passed.length;
    await new Promise<void>((resolve) => {
      this.#proxy.onArrival = () => {
        if (this.#proxy.passed.length > seen) resolve();
      };
    });
    this.#proxy.onArrival = () => {};
  }

  /** Runs an operation with a fault, and recovers as a user would. Returns how often the fault occurred. */
  async run(operation: Operation, fault: Fault, moment: Moment, attempt: number): Promise<number> {
    await operation.prepare(this, attempt);
    const before = { ...this.stack.env };
    Object.assign(this.stack.env, fault.env);
    fault.change?.(this);
    const command = this.stack.start(...(operation.command ?? ["up", "--yes", "--skip-preview"]));
    let struck = 0;
    const strike = async (request: Passing): Promise<ProxyAction> => {
      if (!(fault.isMet ?? operation.isMet)(request) || struck >= fault.times) return "pass";
      struck += 1;
      return fault.act(this, command, request);
    };
    if (moment === "before") this.#proxy.onRequest = strike;
    else this.#proxy.onResponse = (request, status) => (status < 300 ? strike(request) : "pass");
    const { output } = await command.ended;
    this.#proxy.onRequest = () => "pass";
    this.#proxy.onResponse = () => "pass";
    for (const name of Object.keys(fault.env ?? {})) this.stack.env[name] = before[name];
    this.#printed += output;
    this.#printed += await this.stack.recover();
    this.#proxy.date = undefined;
    this.#proxy.rewrite = (body) => body;
    this.#proxy.rewriteRequest = (body) => body;
    return struck;
  }

  /** Compares the gateway's database with the decrypted state. */
  async judge(): Promise<Verdict> {
    const inState = await this.stack.keysInState();
    for (const { key } of inState) if (key !== undefined) this.#values.add(key);
    const states = await Promise.all(
      inState.map(({ key }) => (key === undefined ? undefined : this.gateway.dataPlane(key))),
    );
    const ids = new Set(inState.map(({ keyId }) => keyId));
    const live = await this.gateway.activeKeys();
    return {
      lost: states.filter((status) => status !== undefined && status !== 200).length,
      orphaned: live.filter(({ id }) => !ids.has(id)).length,
      leaked: await this.#leaks(),
    };
  }

  /** Compares as `judge` does, for a server without request IDs. Then revokes orphaned keys manually, as a user would. */
  async judgeWithoutRequestIds(): Promise<VerdictWithoutRequestIds> {
    const { lost, leaked } = await this.judge();
    const ids = new Set((await this.stack.keysInState()).map(({ keyId }) => keyId));
    const orphans = (await this.gateway.activeKeys()).filter(({ id }) => !ids.has(id));
    for (const { id } of orphans) await this.gateway.revoke(id);
    return { lost, leaked, silent: orphans.filter(({ id }) => !this.#printed.includes(id)).length };
  }

  async #leaks(): Promise<number> {
    const entries = await readdir(this.stack.folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const texts = [this.#printed, ...(await Promise.all(files.map((file) => readFile(file, "utf8"))))];
    return texts.filter((text) => [...this.#values].some((value) => text.includes(value))).length;
  }
}
