import { Agent, type Dispatcher, ProxyAgent } from "undici";
import type { EnvProxy } from "../../proxy";

export interface NetworkOptions {
  /** To connect to an address or a proxy. */
  readonly timeoutSeconds: number;
  /** The proxies of those addresses that need one, by origin. */
  readonly proxies: ReadonlyMap<string, EnvProxy>;
}

/** The connections to each address, directly or through its proxy. */
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
