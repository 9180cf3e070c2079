import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** The connections of a server, and the requests in flight on each. */
export class Connections {
  readonly #open = new Map<Duplex, Set<Exchange>>();
  /** The response to bytes that are not HTTP, by connection. It waits for the responses to the requests before them. */
  readonly #rejections = new Map<Duplex, string>();
  readonly #onChange: () => void;

  /** `onChange` is called when a connection or request ends. */
  constructor(server: Server, onChange: () => void) {
    this.#onChange = onChange;
    server.on("connection", (socket: Duplex) => {
      this.#open.set(socket, new Set());
      socket.once("close", () => this.#forget(socket));
    });
    server.on("request", (request, response) => {
      const exchange = { request, response };
      this.#open.get(request.socket)?.add(exchange);
      response.once("close", () => {
        this.#open.get(request.socket)?.delete(exchange);
        this.#rejectInTurn(request.socket);
        onChange();
      });
    });
  }

  get isEmpty(): boolean {
    return this.#open.size === 0;
  }

  /** Whether no request is in flight. */
  get isIdle(): boolean {
    return Array.from(this.#open.values()).every((exchanges) => exchanges.size === 0);
  }

  /** Closes a connection with this response, after the responses to the requests that were received before. */
  reject(socket: Duplex, response: string): void {
    this.#rejections.set(socket, response);
    this.#rejectInTurn(socket);
  }

  #rejectInTurn(socket: Duplex): void {
    const rejection = this.#rejections.get(socket);
    const exchanges = Array.from(this.#open.get(socket) ?? []);
    // A request without its end, which is the last one, is the one to be rejected.
    if (rejection === undefined || exchanges.some(({ request }) => request.complete)) return;
    this.#rejections.delete(socket);
    if (!socket.writable || exchanges.some(({ response }) => response.headersSent)) socket.destroy();
    else socket.end(rejection, () => socket.destroy());
  }

  #forget(socket: Duplex): void {
    this.#open.delete(socket);
    this.#rejections.delete(socket);
    this.#onChange();
  }
}
