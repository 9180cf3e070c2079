import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { onTestFinished } from "vitest";
import { listen } from "./listen";

/** One answer of a server that does what a test says. */
export type Answer =
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  /** The connection is reset before an answer. */
  | "reset"
  /** Headers and half of the body, then the connection ends. */
  | "half a body"
  /** Headers without a length and half of the body, then the connection is closed in due form. */
  | "half a body of no length"
  /** No answer at all. */
  | "silence"
  /** Interim responses, and never a final one. */
  | "endless interim responses"
  /** Headers and the start of a body, which never ends. */
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

/** A server that gives these answers in order, the last one for ever. Each answer may depend on the request. */
export async function scriptedServer(
  ...answers: readonly (Answer | ((request: Received) => Answer))[]
): Promise<ScriptedServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const seen = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      const answer = answers[Math.min(received.length, answers.length - 1)] ?? "reset";
      received.push(seen);
      give(typeof answer === "function" ? answer(seen) : answer, response);
    });
  });
  const port = await listen(server, onTestFinished);
  return { url: `http://127.0.0.1:${port}`, received };
}

function give(answer: Answer, response: ServerResponse): void {
  if (answer === "silence") return;
  if (answer === "reset") {
    response.destroy();
  } else if (answer === "half a body") {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"half":', () => response.destroy());
  } else if (answer === "half a body of no length") {
    response.useChunkedEncodingByDefault = false;
    response.writeHead(200, { "content-type": "application/json", connection: "close" });
    response.end('{"half":');
  } else if (answer === "endless interim responses") {
    const sending = setInterval(() => response.writeProcessing(), 50);
    response.once("close", () => clearInterval(sending));
  } else if (answer === "endless body") {
    response.writeHead(200, { "content-type": "application/json" });
    response.write("[");
  } else {
    const { status, body = {}, headers = {} } = answer;
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  }
}

/** An error answer in the management API's form. */
export function apiError(
  status: number,
  code: string,
  { details, headers = {} }: { details?: unknown; headers?: Readonly<Record<string, string>> } = {},
): Answer {
  return { status, headers, body: { error: { message: `said by the server: ${code}`, type: "error", code, details } } };
}
