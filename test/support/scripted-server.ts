import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { listen } from "./listen";

/** A response of a scripted server. */
export type ScriptedResponse =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** Resets the connection without a response. */
  | "reset"
  /** Sends the headers and half of the body, then resets the connection. */
  | "half a body"
  /** Sends headers without a length and half of the body, then closes the connection normally. */
  | "half a body of no length"
  /** Never responds. */
  | "silence"
  /** Sends interim responses, but never a final one. */
  | "endless interim responses"
  /** Sends the headers and the start of a body, which never ends. */
  | "endless body";

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface ScriptedServer {
  readonly url: string;
  readonly received: readonly Received[];
}

/** Starts a server that sends these responses in order, and repeats the last one. A response may depend on the request. */
export async function scriptedServer(
  ...script: readonly (ScriptedResponse | ((request: Received) => ScriptedResponse))[]
): Promise<ScriptedServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const seen = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      const next = script[Math.min(received.length, script.length - 1)] ?? "reset";
      received.push(seen);
      send(typeof next === "function" ? next(seen) : next, response);
    });
  });
  const port = await listen(server, onTestFinished);
  return { url: `http://127.0.0.1:${port}`, received };
}

function send(scripted: ScriptedResponse, response: ServerResponse): void {
  if (scripted === "silence") return;
  if (scripted === "reset") {
    response.destroy();
  } else if (scripted === "half a body") {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"half":', () => response.destroy());
  } else if (scripted === "half a body of no length") {
    response.useChunkedEncodingByDefault = false;
    response.writeHead(200, { "content-type": "application/json", connection: "close" });
    response.end('{"half":');
  } else if (scripted === "endless interim responses") {
    const sending = setInterval(() => response.writeProcessing(), 50);
    response.once("close", () => clearInterval(sending));
  } else if (scripted === "endless body") {
    response.writeHead(200, { "content-type": "application/json" });
    response.write("[");
  } else {
    const { status, body = {}, headers = {} } = scripted;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  }
}

/** Returns an error response of the management API. */
export function apiError(
  status: number,
  code: string,
  { details, headers = {} }: { details?: unknown; headers?: Readonly<Record<string, string>> } = {},
): ScriptedResponse {
  return { status, headers, body: { error: { message: `said by the server: ${code}`, type: "error", code, details } } };
}
