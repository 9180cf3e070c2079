import { gatewayKey } from "./gateway-key";
import type { Resource } from "./handler";
import { primarySandboxKey } from "./primary-sandbox-key";

/** Every resource, by the token that programs and states name it by. */
export const resources: ReadonlyMap<string, Resource> = new Map(
  [gatewayKey, primarySandboxKey].map((resource) => [resource.token, resource]),
);
