import { onTestFinished } from "vitest";
import { type Key, KeyPage } from "../../contract";
import { type Gateway, type GatewayOptions, startGateway } from "../../gateway/gateway";
import type { CleanUp } from "./project";

/** A local gateway, by default for one test: it ends with it. */
export async function testGateway(
  options: Partial<GatewayOptions> = {},
  cleanUp: CleanUp = onTestFinished,
): Promise<TestGateway> {
  const start = (port: number) => startGateway({ data: ":memory:", ...options, port });
  const gateway = new TestGateway(await start(0), start);
  cleanUp(() => gateway.gateway.close());
  return gateway;
}

/** A person at the workspace's settings page, and the tools in a person's hands. */
export class TestGateway {
  gateway: Gateway;
  readonly #start: (port: number) => Promise<Gateway>;

  constructor(gateway: Gateway, start: (port: number) => Promise<Gateway>) {
    this.gateway = gateway;
    this.#start = start;
  }

  /** Ends the gateway, and starts it again at the same address, with the same database if that is a file. */
  async restart(): Promise<void> {
    const { port } = new URL(this.gateway.url);
    await this.gateway.close();
    this.gateway = await this.#start(Number(port));
  }

  /** The environment of a program that uses this gateway with an admin's token. */
  get env(): { DENCH_BASE_URL: string; DENCH_API_KEY: string } {
    return { DENCH_BASE_URL: this.gateway.baseUrl, DENCH_API_KEY: this.gateway.adminToken };
  }

  /** Every additional key, newest first. */
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

  /** The status of the data plane's answer to a key's value. */
  async dataPlane(value: unknown): Promise<number> {
    const answer = await fetch(`${this.gateway.gatewayUrl}/v1/models`, {
      headers: { authorization: `Bearer ${value}` },
    });
    await answer.body?.cancel();
    return answer.status;
  }

  // biome-ignore lint/suspicious/noExplicitAny: what a test reads off an answer, the test asserts.
  async call(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await fetch(this.gateway.baseUrl + path, {
      method,
      headers: { authorization: `Bearer ${this.gateway.adminToken}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return answer.json();
  }
}
