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
    keyInfo(keyId === undefined ? await theActiveKey(client, name) : await client.get(keyId)),
);

async function theActiveKey(client: Pick<Client, "listAll">, name: string): Promise<Key> {
  const named = (await client.listAll("active")).filter((key) => key.name === name);
  const [key, another] = named;
  if (!key) {
    throw new DenchError(
      "not_found",
      `Could not read a gateway key by its name: the workspace has no active key of this name. Check the name (upper and lower case count), or give a keyId, which finds revoked keys too.`,
    );
  }
  if (another) {
    throw new DenchError(
      "ambiguous",
      `Could not read a gateway key by its name: ${named.length} active keys have it. During an overlap that is so. Give the keyId of one: getGatewayKeys shows them.`,
    );
  }
  return key;
}
