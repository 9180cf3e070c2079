import type { GatewayOptions } from "../../gateway/gateway";
import type * as plugin from "../../sdk";
import type { GatewayKeyArgs } from "../../sdk";
import { type TestGateway, testGateway } from "./gateway";
import type { hosts } from "./hosts";
import { FaultProxy } from "./proxy";
import { type Outcome, TestStack } from "./stack";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const START = Date.parse("2026-05-01T00:00:00Z");

/** One key, `ci`, in its own stack, with a gateway and a clock that the test controls. */
export class Scene {
  readonly gateway: TestGateway;
  readonly proxy: FaultProxy;
  readonly stack: TestStack;
  /** The arguments of the key in the program. */
  args: GatewayKeyArgs;
  #now: { ms: number };

  private constructor(
    gateway: TestGateway,
    proxy: FaultProxy,
    stack: TestStack,
    args: GatewayKeyArgs,
    now: { ms: number },
  ) {
    this.gateway = gateway;
    this.proxy = proxy;
    this.stack = stack;
    this.args = args;
    this.#now = now;
  }

  static async open(
    { dench }: (typeof hosts)[number],
    args: GatewayKeyArgs,
    options: Partial<GatewayOptions> = {},
  ): Promise<Scene> {
    const now = { ms: START };
    const gateway = await testGateway({ ...options, clock: () => now.ms });
    const proxy = await FaultProxy.before(gateway.gateway.url);
    const stack = await TestStack.create({
      env: { ...gateway.env, DENCH_BASE_URL: `${proxy.url}/api/v1`, DENCH_TEST_NOW: new Date(START).toISOString() },
    });
    const scene = new Scene(gateway, proxy, stack, { name: "CI", ...args }, now);
    stack.program = async () => outputsOf(new dench.GatewayKey("ci", scene.args));
    return scene;
  }

  /** Moves the clocks of the gateway and the provider forward. */
  wait(milliseconds: number): void {
    this.#now.ms += milliseconds;
    this.stack.setEnv("DENCH_TEST_NOW", new Date(this.#now.ms).toISOString());
  }

  /** Returns the time after this duration, in the format of the state. */
  later(milliseconds: number): string {
    return new Date(this.#now.ms + milliseconds).toISOString().replace(".000Z", "Z");
  }

  async up(): Promise<Seen> {
    const outcome = await this.stack.up();
    // An absent secret output is null.
    const value = (name: string) => outcome.outputs[name]?.value ?? undefined;
    return {
      ...outcome,
      key: value("key"),
      keyId: value("keyId"),
      previousKey: value("previousKey"),
      previousKeyId: value("previousKeyId"),
      previousKeyRevokeAt: value("previousKeyRevokeAt"),
      revokePending: value("revokePending"),
    };
  }

  /** Returns the statuses of data plane requests with these key values. */
  open(...keys: readonly unknown[]): Promise<number[]> {
    return Promise.all(keys.map((key) => this.gateway.dataPlane(key)));
  }

  /** Returns the IDs of the active keys, newest first. */
  async live(): Promise<string[]> {
    return (await this.gateway.activeKeys()).map(({ id }) => id);
  }

  /** Returns the requests since the previous call, as `METHOD path`. */
  requests(): string[] {
    return this.proxy.passed.splice(0).map(({ method, path }) => `${method} ${path.replace("/api/v1", "")}`);
  }
}

export interface Seen extends Outcome {
  readonly key: string;
  readonly keyId: string;
  readonly previousKey?: string;
  readonly previousKeyId?: string;
  readonly previousKeyRevokeAt?: string;
  readonly revokePending?: string[];
}

function outputsOf(key: plugin.GatewayKey): Record<string, unknown> {
  const { key: value, keyId, previousKey, previousKeyId, previousKeyRevokeAt, revokePending } = key;
  return { key: value, keyId, previousKey, previousKeyId, previousKeyRevokeAt, revokePending };
}

export const UPDATED = ["update ci"];
export const REPLACED = ["create-replacement ci", "delete-replaced ci"];
