import { createServer, type Server, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { HttpFailure } from "./failure";

export interface HttpServer {
  readonly server: Server;
  /** Takes no more connections, and ends those there are when no request is open, or has been for too long. */
  close(): Promise<void>;
}

/** So long open requests have to end by themselves once the server closes. */
const GRACE_MS = 10_000;

/** The form of an API's error responses. */
export type ErrorForm = (failure: HttpFailure) => { readonly status: number; readonly body: object };

/** An HTTP server for this app. A request that never reaches the app gets an error response in the given form. */
export function httpServer(app: Hono, form: ErrorForm, graceMs = GRACE_MS): HttpServer {
  const message = (failure: HttpFailure) => messageOf(form(failure));
  const listener = getRequestListener(app.fetch, {
    // The listener cannot make a request of an address that is not valid.
    errorHandler: () => {
      const { body, status } = form(malformed());
      return Response.json(body, { status });
    },
  });
  // A request without the header Host is refused all the same, by the listener.
  const server = createServer({ requireHostHeader: false }, listener);
  // An expectation that nobody knows is no reason to refuse a request.
  server.on("checkExpectation", listener);
  server.on("connect", (_request, socket) => {
    socket.end(message(new HttpFailure("not_found", "The gateway is not a proxy.")), () => socket.destroy());
  });
  server.on("clientError", ({ code }: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) return socket.destroy();
    return socket.end(message(code === "HPE_HEADER_OVERFLOW" ? tooLarge() : malformed()), () => socket.destroy());
  });
  return { server, close: closing(server, graceMs) };
}

/** Not by `closeIdleConnections`: to that one, a connection that has not been used yet is not idle, and browsers keep such. */
function closing(server: Server, graceMs: number): HttpServer["close"] {
  /** How many requests are open on each connection. */
  const open = new Map<Socket, number>();
  const allClosed = Promise.withResolvers<void>();
  let isClosing = false;
  const endIfIdle = () => {
    if (!isClosing) return;
    if (open.size === 0) allClosed.resolve();
    if (Array.from(open.values()).every((requests) => requests === 0)) server.closeAllConnections();
  };
  server.on("connection", (socket: Socket) => {
    open.set(socket, 0);
    socket.once("close", () => {
      open.delete(socket);
      endIfIdle();
    });
  });
  server.on("request", ({ socket }, response) => {
    open.set(socket, (open.get(socket) ?? 0) + 1);
    response.once("close", () => {
      const requests = open.get(socket);
      if (requests !== undefined) open.set(socket, requests - 1);
      endIfIdle();
    });
  });
  return async () => {
    isClosing = true;
    const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    endIfIdle();
    // The server says that it is closed before the last connection does, and with it the last answer.
    await Promise.all([closed, allClosed.promise]);
    clearTimeout(deadline);
  };
}

function malformed(): HttpFailure {
  return new HttpFailure("invalid_request", "The request is not valid HTTP.");
}

function tooLarge(): HttpFailure {
  return new HttpFailure("request_too_large", "The address and the headers of the request are too large.");
}

/** Returns a whole HTTP message, to be written to a socket. */
function messageOf({ body, status }: ReturnType<ErrorForm>): string {
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${text}`;
}
