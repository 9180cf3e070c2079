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

/** One key, `ci`, in a stack of its own, on a gateway and in a time that the test moves. */
export class Scene {
  readonly gateway: TestGateway;
  readonly proxy: FaultProxy;
  readonly stack: TestStack;
  /** What the program asks for. */
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

  /** Moves the clocks of gateway and provider. */
  wait(milliseconds: number): void {
    this.#now.ms += milliseconds;
    this.stack.setEnv("DENCH_TEST_NOW", new Date(this.#now.ms).toISOString());
  }

  /** The time, that much later, as the state writes it. */
  later(milliseconds: number): string {
    return new Date(this.#now.ms + milliseconds).toISOString().replace(".000Z", "Z");
  }

  async up(): Promise<Seen> {
    const outcome = await this.stack.up();
    // A secret output that there is none of is null.
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

  /** The answers of the data plane to these values. */
  open(...keys: readonly unknown[]): Promise<number[]> {
    return Promise.all(keys.map((key) => this.gateway.dataPlane(key)));
  }

  /** The ids of the keys that live, newest first. */
  async live(): Promise<string[]> {
    return (await this.gateway.activeKeys()).map(({ id }) => id);
  }

  /** The requests since the last time, as METHOD path. */
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
