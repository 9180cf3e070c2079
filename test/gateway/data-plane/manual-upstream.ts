import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface ManualUpstream {
  readonly url: string;
  /** Resolves to the response to the next request, for the test to write. */
  next(): Promise<ServerResponse<IncomingMessage>>;
}

/** Starts an upstream whose responses the test writes itself. */
export async function manualUpstream(): Promise<ManualUpstream> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async next() {
      const [request, response] = await once(server, "request");
      request.resume();
      return response;
    },
  };
}

const event = (more: object) =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "gpt-test", ...more })}\n\n`;

/** Returns a stream event with a text. */
export const delta = (content: string) => event({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });

/** Returns a stream event that reports the usage. */
export const usageEvent = (usage: object) => event({ choices: [], usage });

export const done = "data: [DONE]\n\n";
