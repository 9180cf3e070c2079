import { createServer } from "node:https";
import { onTestFinished } from "vitest";
import type { Certificate } from "./certificates";
import { listen } from "./listen";

/** Starts an HTTPS server that forwards to an address. It sends its own certificate and the additional ones. */
export async function tlsServer(
  target: string,
  own: Certificate,
  additional: readonly Certificate[] = [],
): Promise<number> {
  const cert = [own, ...additional].map((each) => each.cert).join("");
  const server = createServer({ cert, key: own.key }, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const body = Buffer.concat(chunks);
      fetch(target + url, {
        method,
        headers: { authorization: headers.authorization ?? "", "content-type": "application/json" },
        ...(body.length === 0 ? {} : { body }),
      })
        .then(async (forwarded) => {
          response.writeHead(forwarded.status, { "content-type": "application/json" });
          response.end(await forwarded.text());
        })
        .catch(() => response.destroy());
    });
  });
  return listen(server, onTestFinished);
}
