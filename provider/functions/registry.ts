import { getGatewayKey } from "./get-gateway-key";
import { getGatewayKeys } from "./get-gateway-keys";
import { getKeyUsage } from "./get-key-usage";
import { getWorkspace } from "./get-workspace";
import type { DenchFunction } from "./handler";

/** All functions by name. The dynamic entry calls them by name, so a missing one does not compile. */
export const functions = { getGatewayKey, getGatewayKeys, getKeyUsage, getWorkspace } satisfies Record<
  string,
  DenchFunction
>;

/** All functions by token. */
export const functionsByToken: ReadonlyMap<string, DenchFunction> = new Map(
  Object.values(functions).map((each) => [each.token, each]),
);
