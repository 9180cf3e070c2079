import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { listen } from "./listen";
import type { CleanUp } from "./project";

/** A request that the proxy has received. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/**
 * The proxy's action on a request or a response:
 * - `pass` forwards it.
 * - `cut` closes the connection.
 * - `half` and `half of no length` close it after half of the response, which has a `Content-Length` or none.
 * - `twice` sends the request twice, and returns the second response.
 * - A substitute is returned instead of the gateway's response.
 */
export type ProxyAction = "pass" | "cut" | "half" | "half of no length" | "twice" | Substitute;

interface Substitute {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whether a request creates an additional key. */
export const isCreation = ({ method, path }: Passing): boolean => method === "POST" && path === "/api/v1/api-keys";

/** Whether a request revokes a key. */
export const isRevocation = ({ method }: Passing): boolean => method === "DELETE";

type Hook = (request: Passing) => ProxyAction | Promise<ProxyAction>;

/** A proxy between a provider and a gateway. Its hooks change or delay requests and responses. */
export class FaultProxy {
  readonly url: string;
  /** Called before the gateway gets the request. */
  onRequest: Hook = () => "pass";
  /** Called after the gateway has responded, before the provider gets the response. */
  onResponse: (request: Passing, status: number) => ProxyAction | Promise<ProxyAction> = () => "pass";
  /** Changes the body of the gateway's response. */
  rewrite: (body: string, request: Passing) => string = (body) => body;
  /** Changes the body of the request. */
  rewriteRequest: (body: string) => string = (body) => body;
  /** Returns the `Date` header of a response. Defaults to this machine's time. */
  date: (() => Date) | undefined;
  readonly passed: Passing[] = [];
  /** Called with the body of each response of the gateway. */
  onBody: (body: string) => void = () => {};
  /** Called for each received request. */
  onArrival: () => void = () => {};

  private constructor(url: string) {
    this.url = url;
  }

  static async before(target: string, cleanUp: CleanUp = onTestFinished): Promise<FaultProxy> {
    let proxy: FaultProxy | undefined;
    const server = createServer((request, response) => {
      proxy?.handle(target, request, response).catch(() => response.destroy());
    });
    proxy = new FaultProxy(`http://127.0.0.1:${await listen(server, cleanUp)}`);
    return proxy;
  }

  private async handle(target: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const passing = { method: request.method ?? "", path: request.url ?? "", body: Buffer.concat(chunks).toString() };
    this.passed.push(passing);
    this.onArrival();

    const wanted = await this.onRequest(passing);
    if (!shouldForward(wanted, response)) return;
    const forward = () =>
      fetch(target + passing.path, {
        method: passing.method,
        headers: headersOf(request),
        ...(passing.body === "" ? {} : { body: this.rewriteRequest(passing.body) }),
      });
    if (wanted === "twice") await (await forward()).text();
    const forwarded = await forward();
    const original = await forwarded.text();
    this.onBody(original);
    const body = this.rewrite(original, passing);
    if (this.date) response.setHeader("date", this.date().toUTCString());
    const action = await this.onResponse(passing, forwarded.status);
    if (action === "half") {
      response.writeHead(forwarded.status, { "content-length": String(Buffer.byteLength(body)) });
      response.write(body.slice(0, body.length / 2), () => response.destroy());
      return;
    }
    if (action === "half of no length") {
      response.useChunkedEncodingByDefault = false;
      response.writeHead(forwarded.status, { "content-type": "application/json", connection: "close" });
      response.end(body.slice(0, body.length / 2));
      return;
    }
    if (!shouldForward(action, response)) return;
    response.writeHead(forwarded.status, { "content-type": "application/json" });
    response.end(body);
  }
}

/** Makes the gateway behind a proxy ignore request IDs, like a server that does not support them. */
export function withoutRequestIds(proxy: FaultProxy): void {
  proxy.rewriteRequest = (body) => {
    const { requestId: _unread, ...read } = JSON.parse(body);
    return JSON.stringify(read);
  };
  proxy.rewrite = (body) => body.replaceAll(/"requestId":("[^"]*"|null)/g, '"requestId":null');
}

/** Sends the response of an action. Returns false if the proxy must not forward the request or response. */
function shouldForward(action: ProxyAction, response: ServerResponse): boolean {
  if (action === "pass" || action === "twice") return true;
  if (action === "cut" || action === "half" || action === "half of no length") {
    response.destroy();
  } else {
    response.writeHead(action.status, { "content-type": "application/json", ...action.headers });
    response.end(action.body ?? "");
  }
  return false;
}

/** Returns the headers of a request to forward, without those of the connection. */
function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    if (["host", "connection", "content-length", "transfer-encoding"].includes(name)) continue;
    for (const value of values) headers.append(name, value);
  }
  return headers;
}
