import * as z from "zod";
import { isGatewayKey } from "../resources";
import { defineRule } from "../rule";
import { Pattern } from "./pattern";

const Inputs = z.object({ name: z.string().nullish() });

/** Compares the name of a key with the team's pattern. The provider has already filled in an automatic name. */
export const keyName = defineRule({
  name: "key-name",
  description: "The name of a gateway key follows the team's pattern.",
  Settings: z.strictObject({ pattern: Pattern.optional() }),
  check(resource, { pattern }) {
    if (!isGatewayKey(resource) || pattern === undefined) return [];
    const { name } = Inputs.parse(resource.inputs);
    if (new RegExp(pattern).test(name ?? "")) return [];
    return [`The name does not match ${pattern}. Set \`name\`.`];
  },
});
