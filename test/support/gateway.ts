import { onTestFinished } from "vitest";
import { type Key, KeyPage } from "../../contract";
import { type Gateway, type GatewayOptions, startGateway } from "../../gateway/gateway";
import type { CleanUp } from "./project";

/** Starts a local gateway. By default it is closed after the test. */
export async function testGateway(
  options: Partial<GatewayOptions> = {},
  cleanUp: CleanUp = onTestFinished,
): Promise<TestGateway> {
  const start = (port: number) => startGateway({ data: ":memory:", ...options, port });
  const gateway = new TestGateway(await start(0), start);
  cleanUp(() => gateway.gateway.close());
  return gateway;
}

/** A local gateway, and the requests of a person who manages its keys. */
export class TestGateway {
  gateway: Gateway;
  readonly #start: (port: number) => Promise<Gateway>;

  constructor(gateway: Gateway, start: (port: number) => Promise<Gateway>) {
    this.gateway = gateway;
    this.#start = start;
  }

  /** Restarts the gateway at the same address, with the same database if that is a file. */
  async restart(): Promise<void> {
    const { port } = new URL(this.gateway.url);
    await this.gateway.close();
    this.gateway = await this.#start(Number(port));
  }

  /** The environment variables of a program that uses this gateway with an admin token. */
  get env(): { DENCH_BASE_URL: string; DENCH_API_KEY: string } {
    return { DENCH_BASE_URL: this.gateway.baseUrl, DENCH_API_KEY: this.gateway.adminToken };
  }

  /** Returns every additional key, newest first. */
  async keys(): Promise<Key[]> {
    const keys: Key[] = [];
    for (let query = "limit=100"; ; ) {
      const { items, cursor } = KeyPage.parse(await this.call("GET", `/api-keys?${query}`));
      keys.push(...items);
      if (cursor === null) return keys;
      query = `limit=100&cursor=${encodeURIComponent(cursor)}`;
    }
  }

  async activeKeys(): Promise<Key[]> {
    return (await this.keys()).filter(({ status }) => status === "active");
  }

  async revoke(id: string): Promise<void> {
    await this.call("DELETE", `/api-keys/${id}`);
  }

  /** Returns the status of a data plane request with this key value. */
  async dataPlane(value: unknown): Promise<number> {
    const response = await fetch(`${this.gateway.gatewayUrl}/v1/models`, {
      headers: { authorization: `Bearer ${value}` },
    });
    await response.body?.cancel();
    return response.status;
  }

  // biome-ignore lint/suspicious/noExplicitAny: each test asserts what it reads from a response.
  async call(method: string, path: string, body?: unknown): Promise<any> {
    const response = await fetch(this.gateway.baseUrl + path, {
      method,
      headers: { authorization: `Bearer ${this.gateway.adminToken}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return response.json();
  }
}
