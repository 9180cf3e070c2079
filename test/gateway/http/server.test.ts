import { once } from "node:events";
import fc from "fast-check";
import { Hono } from "hono";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import * as contract from "../../../contract";
import { type Gateway, startGateway } from "../../../gateway/gateway";
import { httpServer } from "../../../gateway/http/server";
import { ApiError, sendApiError } from "../../../gateway/management/api-error";
import { listen } from "../../support/listen";
import { listening, spawnGateway } from "../gateway-process";
import { open, postSlowly, readResponse, readResponses } from "../raw-http";

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ port: 0, data: ":memory:" });
  return () => gateway.close();
});

/** Returns the bytes of a request, some parts of which are as given. */
function rawRequest({
  line = "GET /api/v1/status HTTP/1.1",
  host = "Host: localhost\r\n",
  more = "",
  body = "",
}): Buffer {
  const token = `Authorization: Bearer ${gateway.adminToken}\r\n`;
  return Buffer.from(`${line}\r\n${host}${token}Connection: close\r\n${more}\r\n${body}`, "latin1");
}

async function send(bytes: Uint8Array) {
  const socket = open(gateway.url);
  socket.write(bytes);
  return readResponse(socket);
}

const POST = "POST /api/v1/api-keys HTTP/1.1";
const long = "x".repeat(20_000);

describe("the form of the API has an error for", () => {
  it.each<[string, contract.ErrorCode, Parameters<typeof rawRequest>[0]]>([
    ["a line that is not HTTP", "invalid_request", { line: "hello" }],
    ["an unknown method", "invalid_request", { line: "FETCH /api/v1/status HTTP/1.1" }],
    ["an address that is not a path", "invalid_request", { line: "OPTIONS * HTTP/1.1" }],
    ["an address with a backslash", "invalid_request", { line: "GET /api\\v1/status HTTP/1.1" }],
    ["an address with bytes outside ASCII", "invalid_request", { line: "GET /api/v1/\xff HTTP/1.1" }],
    ["an address of 20,000 characters", "request_too_large", { line: `GET /api/v1/api-keys/${long} HTTP/1.1` }],
    ["a missing Host", "invalid_request", { host: "" }],
    ["an invalid Host", "invalid_request", { host: "Host: a b<\r\n" }],
    ["a header with a NUL byte", "invalid_request", { more: "X-Odd: a\0b\r\n" }],
    ["a header of 20,000 characters", "request_too_large", { more: `X-Odd: ${long}\r\n` }],
    ["two lengths", "invalid_request", { line: POST, more: "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n" }],
    ["a length that is not a number", "invalid_request", { line: POST, more: "Content-Length: two\r\n" }],
    [
      "a chunk without a length",
      "invalid_request",
      { line: POST, more: "Transfer-Encoding: chunked\r\n", body: "x\r\n" },
    ],
    ["CONNECT to another server", "not_found", { line: "CONNECT localhost:443 HTTP/1.1" }],
    ["a path with escapes that are not UTF-8", "not_found", { line: "GET /api/v1/api-keys/%ff%00%zz HTTP/1.1" }],
    ["a path that leaves the API", "not_found", { line: "GET /api/v1/../status HTTP/1.1" }],
    ["the method TRACE", "not_found", { line: "TRACE /api/v1/status HTTP/1.1" }],
    [
      "two tokens",
      "unauthorized",
      { more: "Authorization: Bearer another\r\n", host: "Host: localhost\r\nAuthorization: none\r\n" },
    ],
  ])("%s", async (_what, code, parts) => {
    const response = await send(rawRequest(parts));
    expect(contract.ErrorBody.parse(response?.body).error.code).toBe(code);
    expect(response?.status).toBe(contract.errorCodes[code]);
  });
});

describe("the API accepts unusual but harmless requests:", () => {
  it.each([
    ["an unknown Expect header", { more: "Expect: tea\r\n" }],
    ["an Upgrade header", { more: "Upgrade: websocket\r\n" }],
    ["a header outside ASCII", { more: "X-Odd: \xff\r\n" }],
    ["an unexpected body", { more: "Content-Length: 2\r\n", body: "{}" }],
    ["an absolute URL", { line: "GET http://elsewhere/api/v1/status HTTP/1.1" }],
  ])("%s", async (_what, parts) => {
    expect(await send(rawRequest(parts))).toMatchObject({ status: 200, body: { workspace: { slug: "local" } } });
  });

  it("HEAD, with no body", async () => {
    expect(await send(rawRequest({ line: "HEAD /api/v1/status HTTP/1.1" }))).toEqual({ status: 200, body: undefined });
  });
});

it("random bytes never cause a 5xx or a response in another form", async () => {
  const valid = rawRequest({ line: POST, more: "Content-Length: 16\r\n", body: '{"name":"bytes"}' });
  const bytes = fc
    .tuple(fc.nat(valid.length), fc.nat(20), fc.uint8Array({ maxLength: 40 }))
    .map(([start, dropped, put]) => Buffer.concat([valid.subarray(0, start), put, valid.subarray(start + dropped)]));
  await fc.assert(
    fc.asyncProperty(bytes, async (sent) => {
      const socket = open(gateway.url);
      // After the end of the input, an incomplete or pending request gets no response.
      socket.end(sent);
      const response = await readResponse(socket);
      if (response === undefined || response.status < 300) return;
      expect(response.status).toBeLessThan(500);
      // The bytes may form a request to the dashboard, which responds with a page.
      if (typeof response.body === "string" && response.body.startsWith("<!doctype html>")) return;
      expect(contract.ErrorBody.safeParse(response.body).error).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

describe("bytes that are not HTTP, after a request,", () => {
  /** Starts a server whose response to / begins, and ends when the test says so. */
  async function slowServer() {
    const end = Promise.withResolvers<void>();
    const encoder = new TextEncoder();
    const app = new Hono()
      .onError(sendApiError)
      .get("/", () => {
        const body = new ReadableStream({
          async start(controller) {
            controller.enqueue(encoder.encode("begin "));
            await end.promise;
            controller.enqueue(encoder.encode("end"));
            controller.close();
          },
        });
        return new Response(body, { headers: { "content-length": "9", "content-type": "text/plain" } });
      })
      .post("/", async (c) => c.text(await c.req.text()));
    const { server, close } = httpServer(app, ApiError.of);
    const port = await listen(server, () => {});
    onTestFinished(close);
    return { socket: open(`http://127.0.0.1:${port}`), server, end: end.resolve };
  }

  it("do not get into its response, which is sent first", async () => {
    const { socket, server, end } = await slowServer();
    const failed = once(server, "clientError");
    socket.write(`${GET}hello\r\n\r\n`);
    await failed;
    const responses = readResponses(socket);
    end();
    expect(await responses).toMatchObject([
      { status: 200, body: "begin end" },
      { status: 400, body: { error: { code: "invalid_request" } } },
    ]);
  });

  it("do not get into the responses to several requests", async () => {
    const { socket, server, end } = await slowServer();
    const failed = once(server, "clientError");
    socket.write(`${GET.repeat(3)}hello\r\n\r\n`);
    await failed;
    const responses = readResponses(socket);
    end();
    expect((await responses).map(({ status }) => status)).toEqual([200, 200, 200, 400]);
  });

  it("in its body are the request's own error, sent after the responses before", async () => {
    const { socket, server, end } = await slowServer();
    const failed = once(server, "clientError");
    socket.write(`${GET}POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n`);
    await failed;
    const responses = readResponses(socket);
    end();
    expect((await responses).map(({ status }) => status)).toEqual([200, 400]);
  });
});

describe("a body that is too large", () => {
  const MIB = 1024 * 1024;
  const chunks = (count: number) =>
    new ReadableStream({
      start(controller) {
        for (let sent = 0; sent < count; sent += 1) controller.enqueue(new Uint8Array(MIB));
        controller.close();
      },
    });

  it.each([
    ["with a length", () => new Uint8Array(5 * MIB)],
    ["in chunks", () => chunks(5)],
  ])("gets 413, also at clients that send all of it first: %s", async (_what, body) => {
    // In one process, client and server would take turns, and a connection that is closed too early could go unnoticed.
    const { baseUrl, gatewayUrl, adminToken } = await listening(spawnGateway("--port", "0", "--json"));
    const made = await fetch(`${baseUrl}/api-keys`, {
      method: "POST",
      headers: { authorization: `Bearer ${adminToken}` },
      body: JSON.stringify({ name: "large" }),
    });
    const { key } = contract.CreatedKey.parse(await made.json());
    for (const [url, token] of [
      [`${baseUrl}/api-keys`, adminToken],
      [`${gatewayUrl}/v1/chat/completions`, key],
    ] as const) {
      for (let attempt = 0; attempt < 10; attempt += 1) {
        const headers = { authorization: `Bearer ${token}` };
        const response = await fetch(url, { method: "POST", headers, body: body(), duplex: "half" });
        expect(response.status).toBe(413);
        expect(await response.json()).toMatchObject({ error: { code: "request_too_large" } });
      }
    }
  });

  it("that never ends does not hold the connection", async () => {
    const socket = open(gateway.url);
    socket.on("error", () => {});
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.write(rawRequest({ line: POST, more: "Transfer-Encoding: chunked\r\n" }));
    const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
    const write = () => {
      while (socket.writable && socket.write(chunk));
    };
    socket.on("drain", write).resume();
    write();
    await closed;
  });
});

describe("on a loopback address, a request for another host is refused:", () => {
  it.each(["gateway.example", "gateway.example:4800", "127.0.0.1.example", "localhost.example", "[::2]", "192.0.2.1"])(
    "%s",
    async (host) => {
      const response = await send(rawRequest({ host: `Host: ${host}\r\n` }));
      expect(response).toMatchObject({ status: 400, body: { error: { code: "invalid_request" } } });
      expect(response?.body.error.message).toContain("--allow-host");
    },
  );

  it.each(["localhost", "LOCALHOST:1", "127.0.0.1:4800", "127.1.2.3", "[::1]:4800", "dench.localhost"])(
    "but not for %s",
    async (host) => {
      expect(await send(rawRequest({ host: `Host: ${host}\r\n` }))).toMatchObject({ status: 200 });
    },
  );

  it("unless the gateway is started with its name", async () => {
    const allowing = await startGateway({ port: 0, data: ":memory:", allowHosts: ["Gateway.example"] });
    onTestFinished(() => allowing.close());
    const statusFor = async (host: string) => {
      const socket = open(allowing.url);
      socket.write(
        `GET /api/v1/status HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${allowing.adminToken}\r\nConnection: close\r\n\r\n`,
      );
      return (await readResponse(socket))?.status;
    };
    expect(await Promise.all(["gateway.example", "localhost", "other.example"].map(statusFor))).toEqual([
      200, 200, 400,
    ]);
  });

  it("and the dashboard sets no cookie and shows nothing", async () => {
    const response = await send(rawRequest({ line: "GET /sign-in HTTP/1.1", host: "Host: rebound.example\r\n" }));
    expect(response).toMatchObject({ status: 400, body: { error: { code: "invalid_request" } } });
  });
});

it("401 names the authentication scheme in every API", async () => {
  for (const path of ["/api/v1/status", "/v1/models"]) {
    const response = await fetch(gateway.url + path);
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  }
});

it("logs nothing when clients disconnect during a request", async () => {
  const running = spawnGateway("--port", "0", "--json");
  const { url, baseUrl, adminToken } = await listening(running);
  const headers = { authorization: `Bearer ${adminToken}` };
  for (const length of ["Content-Length: 100", "Transfer-Encoding: chunked"]) {
    const socket = open(url);
    socket.write(
      `POST /api/v1/api-keys HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${adminToken}\r\n${length}\r\n`,
    );
    socket.write("Expect: 100-continue\r\n\r\n");
    // The interim response shows that the server is reading the request.
    await once(socket, "data");
    socket.destroy();
    await once(socket, "close");
  }
  expect((await fetch(`${baseUrl}/status`, { headers })).status).toBe(200);
  running.process.kill("SIGTERM");
  expect(await running.exited).toBe(0);
  expect(running.stderr()).toBe("");
});

it("closes immediately with idle connections, but completes requests in flight first", async () => {
  const closing = await startGateway({ port: 0, data: ":memory:" });
  const unused = open(closing.url);
  await once(unused, "connect");
  const token = { authorization: `Bearer ${closing.adminToken}` };
  const send = await postSlowly(`${closing.baseUrl}/api-keys`, token, '{"name":"last"}');
  const closed = closing.close();
  expect(await send()).toMatchObject({ status: 201, body: { name: "last" } });
  await closed;
  unused.destroy();
});

/** Starts a server that never responds, and sends it these bytes. */
async function pendingRequest(bytes: string, graceMs?: number) {
  const app = new Hono().get("/", () => new Promise<Response>(() => {}));
  const { server, close } = httpServer(app, ApiError.of, graceMs);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server listens on no port");
  const request = once(server, "request");
  const socket = open(`http://127.0.0.1:${address.port}`);
  socket.write(bytes);
  await request;
  return { socket, close };
}

const GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

it("closes after the grace period although a response is pending", async () => {
  const { socket, close } = await pendingRequest(GET, 20);
  const closed = once(socket, "close");
  await close();
  await closed;
});

it("closes immediately when a client with pipelined requests disconnects", async () => {
  const { socket, close } = await pendingRequest(GET.repeat(3));
  const closed = close();
  socket.destroy();
  await closed;
});
