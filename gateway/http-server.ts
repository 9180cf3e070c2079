import { createServer, type Server, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { ApiError } from "./api-error";

export interface HttpServer {
  readonly server: Server;
  /** Takes no more connections, and ends those there are when no request is open, or has been for too long. */
  close(): Promise<void>;
}

/** So long open requests have to end by themselves once the server closes. */
const GRACE_MS = 10_000;

/** An HTTP server of this app, which answers in the API's form also to what the app never sees. */
export function httpServer(app: Hono, graceMs = GRACE_MS): HttpServer {
  const listener = getRequestListener(app.fetch, { errorHandler: answerMalformed });
  // A request without the header Host is refused all the same, by the listener.
  const server = createServer({ requireHostHeader: false }, listener);
  // An expectation that nobody knows is no reason to refuse a request.
  server.on("checkExpectation", listener);
  server.on("connect", (_request, socket) => {
    socket.end(message(new ApiError("not_found", "The gateway is no proxy.")), () => socket.destroy());
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

/** What the listener cannot turn into a request: its address is none. */
function answerMalformed(): Response {
  const { body, status } = malformed();
  return Response.json(body, { status });
}

function malformed(): ApiError {
  return new ApiError("invalid_request", "The request is not of the form of HTTP.", []);
}

function tooLarge(): ApiError {
  return new ApiError("request_too_large", "The address and the headers of the request are too large.");
}

function message({ body, status }: ApiError): string {
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${text}`;
}
