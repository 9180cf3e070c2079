import * as z from "zod";
import { isGatewayKey } from "../resources";
import { defineRule } from "../rule";

const Inputs = z.object({ scopes: z.array(z.string()).nullish() });

/** Requires explicit scopes, since a key without them gets those that the workspace gives new keys. */
export const keyScopes = defineRule({
  name: "key-scopes",
  description: "A gateway key has scopes, and only allowed ones.",
  Settings: z.strictObject({ allowed: z.array(z.string()).optional() }),
  check(resource, { allowed }) {
    if (!isGatewayKey(resource)) return [];
    const scopes = Inputs.parse(resource.inputs).scopes ?? [];
    if (scopes.length === 0) return ["The key has the workspace's default scopes. Set `scopes`."];
    const refused = scopes.filter((scope) => allowed?.includes(scope) === false);
    if (refused.length === 0) return [];
    return [`These scopes are not allowed: ${refused.join(", ")}. Remove them from \`scopes\`.`];
  },
});
