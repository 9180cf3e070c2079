import { createServer, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import { ApiError } from "./api-error";

export interface HttpServer {
  readonly server: Server;
  /** Takes no more connections, and ends those there are when no request is open. */
  close(): Promise<void>;
}

/** An HTTP server of this app, which answers in the API's form also to what the app never sees. */
export function httpServer(app: Hono): HttpServer {
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
  return { server, close: closing(server) };
}

/** Not by `closeIdleConnections`: to that one, a connection that has not been used yet is not idle, and browsers keep such. */
function closing(server: Server): HttpServer["close"] {
  const open = new Set<ServerResponse>();
  let isClosing = false;
  const endIfIdle = () => {
    if (isClosing && open.size === 0) server.closeAllConnections();
  };
  server.on("request", (_request, response) => {
    open.add(response);
    response.once("close", () => {
      open.delete(response);
      endIfIdle();
    });
  });
  return () =>
    new Promise((resolve) => {
      isClosing = true;
      server.close(() => resolve());
      endIfIdle();
    });
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
