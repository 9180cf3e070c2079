import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { listen } from "./listen";
import type { CleanUp } from "./project";

/** A request that the proxy has in its hands. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/**
 * What becomes of a request, or of its answer: it passes, its connection is cut (of an answer, after half of it, where it has a
 * length or has none), the server gets it twice and answers the second, or something else is answered.
 */
export type Fate = "pass" | "cut" | "half" | "half of no length" | "twice" | Substitute;

interface Substitute {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Whether a request creates an additional key. */
export const isCreation = ({ method, path }: Passing): boolean => method === "POST" && path === "/api/v1/api-keys";

/** Whether a request revokes a key. */
export const isRevocation = ({ method }: Passing): boolean => method === "DELETE";

type Hook = (request: Passing) => Fate | Promise<Fate>;

/** Stands between a provider and a gateway, and does to their talk what a test wants. A hook that waits holds it. */
export class FaultProxy {
  readonly url: string;
  /** Before the gateway sees the request. */
  onRequest: Hook = () => "pass";
  /** After the gateway has answered, before the provider sees it. */
  onAnswer: (request: Passing, status: number) => Fate | Promise<Fate> = () => "pass";
  /** Changes what the gateway has said. */
  rewrite: (body: string, request: Passing) => string = (body) => body;
  /** Changes what the gateway gets to read. */
  rewriteRequest: (body: string) => string = (body) => body;
  /** The `Date` header of each response. Undefined: this machine's time. */
  date: (() => Date) | undefined;
  readonly passed: Passing[] = [];
  /** Told of the body of each answer of the gateway. */
  onBody: (body: string) => void = () => {};
  /** Told of each request as it comes. */
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
    if (!settle(wanted, response)) return;
    const forward = () =>
      fetch(target + passing.path, {
        method: passing.method,
        headers: { authorization: request.headers.authorization ?? "", "content-type": "application/json" },
        ...(passing.body === "" ? {} : { body: this.rewriteRequest(passing.body) }),
      });
    if (wanted === "twice") await (await forward()).text();
    const answer = await forward();
    const told = await answer.text();
    this.onBody(told);
    const body = this.rewrite(told, passing);
    if (this.date) response.setHeader("date", this.date().toUTCString());
    const fate = await this.onAnswer(passing, answer.status);
    if (fate === "half") {
      response.writeHead(answer.status, { "content-length": String(Buffer.byteLength(body)) });
      response.write(body.slice(0, body.length / 2), () => response.destroy());
      return;
    }
    if (fate === "half of no length") {
      response.useChunkedEncodingByDefault = false;
      response.writeHead(answer.status, { "content-type": "application/json", connection: "close" });
      response.end(body.slice(0, body.length / 2));
      return;
    }
    if (!settle(fate, response)) return;
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(body);
  }
}

/** Makes the gateway behind a proxy ignore request IDs, as a server does that has none. */
export function withoutRequestIds(proxy: FaultProxy): void {
  proxy.rewriteRequest = (body) => {
    const { requestId: _unread, ...read } = JSON.parse(body);
    return JSON.stringify(read);
  };
  proxy.rewrite = (body) => body.replaceAll(/"requestId":("[^"]*"|null)/g, '"requestId":null');
}

/** Whether it goes on. */
function settle(fate: Fate, response: ServerResponse): boolean {
  if (fate === "pass" || fate === "twice") return true;
  if (fate === "cut" || fate === "half" || fate === "half of no length") {
    response.destroy();
  } else {
    response.writeHead(fate.status, { "content-type": "application/json", ...fate.headers });
    response.end(fate.body ?? "");
  }
  return false;
}
