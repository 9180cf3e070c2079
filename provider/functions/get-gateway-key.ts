import * as z from "zod";
import type { Key } from "../../contract/port";
import type { Client } from "../client/client";
import { DenchError } from "../errors";
import { numberLikeText } from "../values/number-like-text";
import { defineFunction } from "./handler";
import { KeyInfo, keyInfo } from "./key-info";

const Args = z
  .strictObject({
    keyId: z
      .string("must be a string")
      .min(1, "must not be empty")
      .optional()
      .describe("The ID of the key, active or revoked. Set either `keyId` or `name`."),
    name: numberLikeText(z.string("must be a string").min(1, "must not be empty"))
      .optional()
      .describe(
        "The name of an active key. Fails if several active keys have this name. Set either `keyId` or `name`.",
      ),
  })
  .refine(({ keyId, name }) => (keyId === undefined) !== (name === undefined), "Set either keyId or name");

export const getGatewayKey = defineFunction(
  {
    token: "dench:index:getGatewayKey",
    description:
      "Reads a gateway key of the workspace by its ID, or an active key by its name. The key value is not available.",
    args: Args,
    result: KeyInfo,
  },
  async ({ client }, { keyId, name = "" }) =>
    keyInfo(keyId === undefined ? await findActiveByName(client, name) : await client.get(keyId)),
);

async function findActiveByName(client: Pick<Client, "listAll">, name: string): Promise<Key> {
  const named = (await client.listAll("active")).filter((key) => key.name === name);
  const [key, another] = named;
  if (!key) {
    throw new DenchError(
      "not_found",
      `Could not read a gateway key by its name: the workspace has no active key of this name. Check the name (it is case-sensitive), or set keyId, which also finds revoked keys.`,
    );
  }
  if (another) {
    throw new DenchError(
      "ambiguous",
      `Could not read a gateway key by its name: ${named.length} active keys have it, which is normal during an overlap. Set keyId instead: getGatewayKeys lists the IDs.`,
    );
  }
  return key;
}
