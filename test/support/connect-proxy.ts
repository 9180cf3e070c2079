import { createServer, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { listen } from "./listen";

export interface ConnectProxy {
  /** `host:port` */
  readonly address: string;
  /** The received CONNECT requests. */
  readonly requests: readonly { readonly target: string; readonly authorization: string | undefined }[];
}

/** Starts an HTTP proxy that opens every tunnel to a local port, rejects it, or does not respond. */
export async function connectProxy(action: { readonly port: number } | "refuse" | "silence"): Promise<ConnectProxy> {
  const requests: { target: string; authorization: string | undefined }[] = [];
  const open = new Set<Socket>();
  const server = createServer();
  server.on("connection", (socket: Socket) => open.add(socket));
  server.on("connect", ({ url = "", headers }: IncomingMessage, client: Socket) => {
    requests.push({ target: url, authorization: headers["proxy-authorization"] });
    client.on("error", () => {});
    if (action === "silence") return;
    if (action === "refuse") {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    const target = connect(action.port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(target).pipe(client);
    });
    target.on("error", () => client.destroy());
    open.add(target);
  });
  const port = await listen(server, onTestFinished);
  // The server does not close tunnels. This clean-up is registered last, so it runs first.
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
  });
  return { address: `127.0.0.1:${port}`, requests };
}
