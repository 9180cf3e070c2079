import { gatewayKey } from "./gateway-key";
import type { Resource } from "./handler";
import { primarySandboxKey } from "./primary-sandbox-key";

/** All resources by token. */
export const resources: ReadonlyMap<string, Resource> = new Map(
  [gatewayKey, primarySandboxKey].map((resource) => [resource.token, resource]),
);
