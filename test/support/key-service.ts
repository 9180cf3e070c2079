import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import * as z from "zod";
import { listen } from "./listen";
import type { CleanUp } from "./project";

/** The secrets provider of the tests' stacks. */
export const SECRETS_PROVIDER = "hashivault://tests";

const Body = z.union([z.object({ plaintext: z.string() }), z.object({ ciphertext: z.string() })]);

/** The environment variables with which a command finds the service. */
export interface KeyServiceEnv {
  readonly VAULT_ADDR: string;
  readonly VAULT_TOKEN: string;
}

/**
 * Starts a service with the part of Vault's API that the engine calls. It keeps the data keys of stacks in memory. Deriving a
 * data key from a passphrase takes each engine command a third of a second, about as long as all its other work.
 */
export async function startKeyService(cleanUp: CleanUp): Promise<KeyServiceEnv> {
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
  const port = await listen(server, cleanUp);
  return { VAULT_ADDR: `http://127.0.0.1:${port}`, VAULT_TOKEN: crypto.randomUUID() };
}
