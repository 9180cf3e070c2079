import { getGatewayKey } from "./get-gateway-key";
import { getGatewayKeys } from "./get-gateway-keys";
import { getKeyUsage } from "./get-key-usage";
import { getWorkspace } from "./get-workspace";
import type { DenchFunction } from "./handler";

/** Every function by its name. The dynamic entry calls them by it: one that is missing here does not compile. */
export const functions = { getGatewayKey, getGatewayKeys, getKeyUsage, getWorkspace } satisfies Record<
  string,
  DenchFunction
>;

/** By the token that programs call it by. */
export const functionsByToken: ReadonlyMap<string, DenchFunction> = new Map(
  Object.values(functions).map((each) => [each.token, each]),
);
