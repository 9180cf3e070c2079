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
      .describe("Id of the key, revoked or not. Exactly one of `keyId` and `name` is given."),
    name: numberLikeText(z.string("must be a string").min(1, "must not be empty"))
      .optional()
      .describe("Name of the one active key that has it; with several, this is an error. Exactly one is given."),
  })
  .refine(({ keyId, name }) => (keyId === undefined) !== (name === undefined), "Give exactly one of keyId and name");

export const getGatewayKey = defineFunction(
  {
    token: "dench:index:getGatewayKey",
    description:
      "A gateway key of the workspace, by its id or, if it is active, by its name: what the workspace shows of it, never its value.",
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
