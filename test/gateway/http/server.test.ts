import { once } from "node:events";
import { connect, type Socket } from "node:net";
import fc from "fast-check";
import { Hono } from "hono";
import { beforeAll, describe, expect, it } from "vitest";
import * as contract from "../../../contract";
import { type Gateway, startGateway } from "../../../gateway/gateway";
import { httpServer } from "../../../gateway/http/server";
import { ApiError } from "../../../gateway/management/api-error";
import { listening, spawnGateway } from "../gateway-process";

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ port: 0, data: ":memory:" });
  return () => gateway.close();
});

function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname);
}

/** The answer to these bytes, up to the end of the connection; undefined if there is none. */
async function answerTo(socket: Socket) {
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
  });
  await once(socket, "close");
  if (text === "") return undefined;
  const [head = "", body = ""] = text.split("\r\n\r\n");
  const isJson = /^content-type: application\/json/im.test(head);
  return { status: Number(head.split(" ")[1]), body: isJson && body !== "" ? JSON.parse(body) : body || undefined };
}

/** A request of which a part is written as it is. */
function written({ line = "GET /api/v1/status HTTP/1.1", host = "Host: localhost\r\n", more = "", body = "" }): Buffer {
  const token = `Authorization: Bearer ${gateway.adminToken}\r\n`;
  return Buffer.from(`${line}\r\n${host}${token}Connection: close\r\n${more}\r\n${body}`, "latin1");
}

async function send(bytes: Uint8Array) {
  const socket = open(gateway.url);
  socket.write(bytes);
  return answerTo(socket);
}

const POST = "POST /api/v1/api-keys HTTP/1.1";
const long = "x".repeat(20_000);

describe("what is no request that the API could answer is refused in its form:", () => {
  it.each<[string, contract.ErrorCode, Parameters<typeof written>[0]]>([
    ["a line that is not one of HTTP", "invalid_request", { line: "hello" }],
    ["a method that nobody knows", "invalid_request", { line: "FETCH /api/v1/status HTTP/1.1" }],
    ["an address that is no path", "invalid_request", { line: "OPTIONS * HTTP/1.1" }],
    ["an address with a backslash", "invalid_request", { line: "GET /api\\v1/status HTTP/1.1" }],
    ["an address with bytes beyond ASCII", "invalid_request", { line: "GET /api/v1/\xff HTTP/1.1" }],
    ["an address of 20,000 characters", "request_too_large", { line: `GET /api/v1/api-keys/${long} HTTP/1.1` }],
    ["no Host", "invalid_request", { host: "" }],
    ["a Host that is no host", "invalid_request", { host: "Host: a b<\r\n" }],
    ["a header with a NUL byte", "invalid_request", { more: "X-Odd: a\0b\r\n" }],
    ["a header of 20,000 characters", "request_too_large", { more: `X-Odd: ${long}\r\n` }],
    ["two lengths", "invalid_request", { line: POST, more: "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n" }],
    ["a length that is no number", "invalid_request", { line: POST, more: "Content-Length: two\r\n" }],
    [
      "a chunk without a length",
      "invalid_request",
      { line: POST, more: "Transfer-Encoding: chunked\r\n", body: "x\r\n" },
    ],
    ["an address of another server", "not_found", { line: "CONNECT localhost:443 HTTP/1.1" }],
    ["a path of escapes that are not UTF-8", "not_found", { line: "GET /api/v1/api-keys/%ff%00%zz HTTP/1.1" }],
    ["a path that leads out of the API", "not_found", { line: "GET /api/v1/../status HTTP/1.1" }],
    ["the method TRACE", "not_found", { line: "TRACE /api/v1/status HTTP/1.1" }],
    [
      "two tokens",
      "unauthorized",
      { more: "Authorization: Bearer another\r\n", host: "Host: a\r\nAuthorization: none\r\n" },
    ],
  ])("%s", async (_what, code, parts) => {
    const answer = await send(written(parts));
    expect(contract.ErrorBody.parse(answer?.body).error.code).toBe(code);
    expect(answer?.status).toBe(contract.errorCodes[code]);
  });
});

describe("what is odd, but harmless, is answered:", () => {
  it.each([
    ["an expectation that nobody knows", { more: "Expect: tea\r\n" }],
    ["an offer to speak another protocol", { more: "Upgrade: websocket\r\n" }],
    ["a header beyond ASCII", { more: "X-Odd: \xff\r\n" }],
    ["a body where none belongs", { more: "Content-Length: 2\r\n", body: "{}" }],
    ["a full address", { line: "GET http://elsewhere/api/v1/status HTTP/1.1" }],
  ])("%s", async (_what, parts) => {
    expect(await send(written(parts))).toMatchObject({ status: 200, body: { workspace: { slug: "local" } } });
  });

  it("HEAD, as GET is, without a body", async () => {
    expect(await send(written({ line: "HEAD /api/v1/status HTTP/1.1" }))).toEqual({ status: 200, body: undefined });
  });
});

it("no bytes bring it to an answer in another form, or to a failure", async () => {
  const valid = written({ line: POST, more: "Content-Length: 16\r\n", body: '{"name":"bytes"}' });
  const bytes = fc
    .tuple(fc.nat(valid.length), fc.nat(20), fc.uint8Array({ maxLength: 40 }))
    .map(([start, dropped, put]) => Buffer.concat([valid.subarray(0, start), put, valid.subarray(start + dropped)]));
  await fc.assert(
    fc.asyncProperty(bytes, async (sent) => {
      const socket = open(gateway.url);
      // Whoever says that no more will come gets no answer to a request that is not whole, or not answered yet.
      socket.end(sent);
      const answer = await answerTo(socket);
      if (answer === undefined || answer.status < 300) return;
      expect(answer.status).toBeLessThan(500);
      // The bytes may have come to be a request to the dashboard, whose form is a page.
      if (typeof answer.body === "string" && answer.body.startsWith("<!doctype html>")) return;
      expect(contract.ErrorBody.safeParse(answer.body).error).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

it("takes no notice of callers who hang up in the middle of a request", async () => {
  const running = spawnGateway("--port", "0", "--json");
  const { url, baseUrl, adminToken } = await listening(running);
  const headers = { authorization: `Bearer ${adminToken}` };
  for (const length of ["Content-Length: 100", "Transfer-Encoding: chunked"]) {
    const socket = open(url);
    socket.write(`POST /api/v1/api-keys HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${adminToken}\r\n${length}\r\n`);
    socket.write("Expect: 100-continue\r\n\r\n");
    // The interim answer shows that the request is being read.
    await once(socket, "data");
    socket.destroy();
    await once(socket, "close");
  }
  expect((await fetch(`${baseUrl}/status`, { headers })).status).toBe(200);
  running.process.kill("SIGTERM");
  expect(await running.exited).toBe(0);
  expect(running.stderr()).toBe("");
});

it("ends at once though connections are open that carry no request, and not before the answers under way", async () => {
  const ending = await startGateway({ port: 0, data: ":memory:" });
  const unused = open(ending.url);
  await once(unused, "connect");
  const body = '{"name":"last"}';
  const busy = open(ending.url);
  busy.write(`POST /api/v1/api-keys HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ending.adminToken}\r\n`);
  busy.write(`Content-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`);
  // The interim answer shows that the request is being read.
  await once(busy, "data");
  const ended = ending.close();
  busy.write(body);
  expect(await answerTo(busy)).toMatchObject({ status: 201, body: { name: "last" } });
  await ended;
  unused.destroy();
});

/** A server that never answers, and a connection that has sent it this. */
async function asked(bytes: string, graceMs?: number) {
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

const ASK = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

it("ends though an answer never comes, after some time", async () => {
  const { socket, close } = await asked(ASK, 20);
  const closed = once(socket, "close");
  await close();
  await closed;
});

it("ends at once when whoever has sent requests ahead of their answers hangs up", async () => {
  const { socket, close } = await asked(ASK.repeat(3));
  const closed = close();
  socket.destroy();
  await closed;
});
