import { createServer, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { listen } from "./listen";

export interface ConnectProxy {
  /** `host:port` */
  readonly address: string;
  /** The tunnels that were wanted. */
  readonly asked: readonly { readonly target: string; readonly authorization: string | undefined }[];
}

/** An HTTP proxy, which makes tunnels to a port of this machine, whatever their target is, or refuses them, or is silent. */
export async function connectProxy(fate: { readonly port: number } | "refuse" | "silence"): Promise<ConnectProxy> {
  const asked: { target: string; authorization: string | undefined }[] = [];
  const open = new Set<Socket>();
  const server = createServer();
  server.on("connection", (socket: Socket) => open.add(socket));
  server.on("connect", ({ url = "", headers }: IncomingMessage, client: Socket) => {
    asked.push({ target: url, authorization: headers["proxy-authorization"] });
    client.on("error", () => {});
    if (fate === "silence") return;
    if (fate === "refuse") {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    const target = connect(fate.port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(target).pipe(client);
    });
    target.on("error", () => client.destroy());
    open.add(target);
  });
  const port = await listen(server, onTestFinished);
  // Tunnels are no longer among the server's own connections. What is registered last is cleaned up first.
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
  });
  return { address: `127.0.0.1:${port}`, asked };
}
