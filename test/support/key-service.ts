import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import * as z from "zod";

/** The secrets provider of the stacks of tests. */
export const SECRETS_PROVIDER = "hashivault://tests";

const Body = z.union([z.object({ plaintext: z.string() }), z.object({ ciphertext: z.string() })]);

/** What a command needs to decrypt a stack's secrets, and how to stop the service. */
export interface KeyService {
  readonly env: { readonly VAULT_ADDR: string; readonly VAULT_TOKEN: string };
  close(): Promise<void>;
}

/**
 * Starts a service that keeps the data keys of stacks in memory, with the part of Vault's API that the engine calls. To derive a
 * data key from a passphrase costs each command of the engine a third of a second, about as much as all its other work.
 */
export async function startKeyService(): Promise<KeyService> {
  const keys = new Map<string, string>();
  const server = createServer((request, response) => {
    json(request)
      .then((sent) => {
        const body = Body.parse(sent);
        if ("ciphertext" in body) return { plaintext: keys.get(body.ciphertext) };
        const ciphertext = `vault:v1:${crypto.randomUUID()}`;
        keys.set(ciphertext, body.plaintext);
        return { ciphertext };
      })
      .then(
        (data) => response.setHeader("content-type", "application/json").end(JSON.stringify({ data })),
        () => response.writeHead(400).end(),
      );
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the service has no port");
  return {
    env: { VAULT_ADDR: `http://127.0.0.1:${address.port}`, VAULT_TOKEN: crypto.randomUUID() },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
