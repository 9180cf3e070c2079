import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** Opens a TCP connection to the server of a URL. */
export function open(url: string): Socket {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname);
}

/** Reads the response up to the end of the connection. Returns undefined if there is none. */
export async function readResponse(socket: Socket) {
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

/** Sends a POST request without its body. The returned function sends the body, and resolves to the response. */
export async function postSlowly(url: string, headers: Readonly<Record<string, string>>, body: string) {
  const { host, pathname } = new URL(url);
  const all = {
    host,
    ...headers,
    connection: "close",
    expect: "100-continue",
    "content-length": Buffer.byteLength(body),
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = open(url);
  socket.write(`POST ${pathname} HTTP/1.1\r\n${lines.join("")}\r\n`);
  // The interim response shows that the server is reading the request.
  await once(socket, "data");
  return () => {
    socket.write(body);
    return readResponse(socket);
  };
}
