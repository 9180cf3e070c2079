import type { ProxyAction } from "./proxy";

const WINDOW_MS = 1000;

/** A limit for the requests of all clients in each second. */
export class RateLimit {
  readonly #perWindow: number;
  #window = 0;
  #inWindow = 0;
  /** The number of requests that passed. */
  admitted = 0;
  /** The number of refused requests in each window that had a request. */
  readonly refused: number[] = [];

  constructor(perWindow: number) {
    this.#perWindow = perWindow;
  }

  /** Passes a request, or refuses it until the next window. */
  admit(): ProxyAction {
    const window = Math.floor(Date.now() / WINDOW_MS);
    if (window !== this.#window) {
      this.#window = window;
      this.#inWindow = 0;
      this.refused.push(0);
    }
    this.#inWindow += 1;
    if (this.#inWindow <= this.#perWindow) {
      this.admitted += 1;
      return "pass";
    }
    this.refused.push((this.refused.pop() ?? 0) + 1);
    return { status: 429, headers: { "retry-after": "1" } };
  }
}
