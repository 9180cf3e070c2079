import { createServer, type Server, STATUS_CODES } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { Connections } from "./connections";
import { HttpFailure } from "./failure";
import { newRequestId, REQUEST_ID_HEADER } from "./request-id";

export interface HttpServer {
  readonly server: Server;
  /** Stops accepting connections. Closes the open ones when no request is in flight, or after the grace period. */
  close(): Promise<void>;
}

/** How long requests in flight may take to complete once the server closes. */
const GRACE_MS = 10_000;

/** Renders a failure as an error response of an API. */
export type RenderFailure = (failure: HttpFailure) => { readonly status: number; readonly body: object };

/** Creates an HTTP server for the app. Requests that do not reach the app get an error response from `render`. */
export function httpServer(app: Hono, render: RenderFailure, graceMs = GRACE_MS): HttpServer {
  const message = (failure: HttpFailure) => httpMessage(render(failure));
  const listener = getRequestListener(app.fetch, {
    // Called for an invalid address, of which the listener cannot make a Request.
    errorHandler: () => {
      const { body, status } = render(malformed());
      return Response.json(body, { status, headers: { [REQUEST_ID_HEADER]: newRequestId() } });
    },
  });
  // The listener rejects a request without a Host header, in the form of the API.
  const server = createServer({ requireHostHeader: false }, listener);
  // Node would respond with 417 to an unknown Expect header.
  server.on("checkExpectation", listener);
  server.on("connect", (_request, socket) => {
    socket.end(message(new HttpFailure("not_found", "The gateway is not a proxy.")), () => socket.destroy());
  });
  let isClosing = false;
  const allClosed = Promise.withResolvers<void>();
  const closeIfIdle = () => {
    if (!isClosing) return;
    if (connections.isEmpty) allClosed.resolve();
    // `closeIdleConnections` skips connections that have never been used, and browsers keep such connections open.
    if (connections.isIdle) server.closeAllConnections();
  };
  const connections = new Connections(server, closeIfIdle);
  server.on("clientError", ({ code }: NodeJS.ErrnoException, socket) => {
    connections.reject(socket, message(code === "HPE_HEADER_OVERFLOW" ? tooLarge() : malformed()));
  });
  return {
    server,
    async close() {
      isClosing = true;
      const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      closeIfIdle();
      // The server emits `close` before its last connection does, and so before the last response is sent.
      await Promise.all([closed, allClosed.promise]);
      clearTimeout(deadline);
    },
  };
}

function malformed(): HttpFailure {
  return new HttpFailure("invalid_request", "The request is not valid HTTP.");
}

function tooLarge(): HttpFailure {
  return new HttpFailure("request_too_large", "The address and headers of the request are too large.");
}

/** Returns a complete HTTP response, to be written to a socket. */
function httpMessage({ body, status }: ReturnType<RenderFailure>): string {
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: application/json",
    `${REQUEST_ID_HEADER}: ${newRequestId()}`,
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${text}`;
}
