import { createServer } from "node:https";
import { onTestFinished } from "vitest";
import type { Certificate } from "./certificates";
import { listen } from "./listen";

/** Serves what is at an address over https, with these certificates: the server's own, and those that it sends along. */
export async function tlsServer(target: string, own: Certificate, along: readonly Certificate[] = []): Promise<number> {
  const cert = [own, ...along].map((each) => each.cert).join("");
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
        .then(async (answer) => {
          response.writeHead(answer.status, { "content-type": "application/json" });
          response.end(await answer.text());
        })
        .catch(() => response.destroy());
    });
  });
  return listen(server, onTestFinished);
}
