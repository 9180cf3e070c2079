import { Agent, type Dispatcher, ProxyAgent } from "undici";
import type { EnvProxy } from "../../proxy";

export interface NetworkOptions {
  /** The timeout for connecting to an address or a proxy. */
  readonly timeoutSeconds: number;
  /** The proxy of each origin that needs one. */
  readonly proxies: ReadonlyMap<string, EnvProxy>;
}

/** The connections to each address, direct or through its proxy. */
export class Network {
  readonly #direct: Dispatcher;
  readonly #proxied: ReadonlyMap<string, Dispatcher>;

  constructor({ timeoutSeconds, proxies }: NetworkOptions) {
    const timeout = timeoutSeconds * 1000;
    this.#direct = new Agent({ connect: { timeout } });
    this.#proxied = new Map(
      Array.from(proxies, ([origin, { uri }]) => [origin, new ProxyAgent({ uri, connectTimeout: timeout })]),
    );
  }

  to({ origin }: URL): Dispatcher {
    return this.#proxied.get(origin) ?? this.#direct;
  }
}
