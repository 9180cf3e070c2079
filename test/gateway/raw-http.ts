import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Opens a TCP connection to the server of a URL. */
export function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname);
}

interface RawResponse {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test asserts what it reads from a response.
  readonly body: any;
}

/** Reads the responses up to the end of the connection. */
export async function readResponses(socket: Socket): Promise<RawResponse[]> {
  let bytes = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
  });
  await once(socket, "close");
  const responses: RawResponse[] = [];
  while (bytes.length > 0) {
    const [head = ""] = bytes.toString("latin1").split("\r\n\r\n", 1);
    const length = /^content-length: (\d+)/im.exec(head)?.[1];
    const start = head.length + 4;
    const end = length === undefined ? bytes.length : start + Number(length);
    const body = bytes.subarray(start, end).toString();
    const isJson = /^content-type: application\/json/im.test(head);
    responses.push({
      status: Number(head.split(" ")[1]),
      body: isJson && body !== "" ? JSON.parse(body) : body || undefined,
    });
    bytes = bytes.subarray(end);
  }
  return responses;
}

/** Reads the first response. Returns undefined if there is none. */
export async function readResponse(socket: Socket): Promise<RawResponse | undefined> {
  const [first] = await readResponses(socket);
  return first;
}

/** Sends a POST request without its body. The returned function sends the body, and resolves to the response. */
export function postSlowly(url: string, headers: Readonly<Record<string, string>>, body: string) {
  return sendSlowly("POST", url, { ...headers, "content-length": String(Buffer.byteLength(body)) }, body);
}

/** Sends a DELETE request without the end of its empty body. The returned function sends the end, and resolves to the response. */
export function deleteSlowly(url: string, headers: Readonly<Record<string, string>>) {
  return sendSlowly("DELETE", url, { ...headers, "transfer-encoding": "chunked" }, "0\r\n\r\n");
}

async function sendSlowly(method: string, url: string, headers: Readonly<Record<string, string>>, body: string) {
  const { host, pathname } = new URL(url);
  const all = { host, ...headers, connection: "close", expect: "100-continue" };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = open(url);
  socket.write(`${method} ${pathname} HTTP/1.1\r\n${lines.join("")}\r\n`);
  // The interim response shows that the server is reading the request.
  await once(socket, "data");
  return () => {
    socket.write(body);
    return readResponse(socket);
  };
}
