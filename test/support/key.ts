import type { Key } from "../../contract";
import type { Key as PortKey } from "../../contract/port";
import type { GatewayKeyState } from "../../provider/resources/gateway-key/fields";

/** An active additional key, as a test server returns it. */
export const KEY: Key = {
  id: "key_1",
  name: "CI",
  kind: "additional",
  prefix: "dg_live_",
  last4: "ab12",
  scopes: [],
  status: "active",
  createdAt: 1,
  createdBy: { id: "mem_1", name: "Ada" },
  lastUsedAt: null,
  revokedAt: null,
  requestId: null,
  usage30d: { requests: 0, costUsd: 0 },
};

/** An active additional key, as a client returns it from an API that reports only what it must. */
export const ADDITIONAL: PortKey = {
  id: "key_1",
  name: "CI",
  kind: "additional",
  prefix: "dg_live_",
  last4: "alue",
  scopes: [],
  status: "active",
  createdAt: 1,
  usage30d: { requests: 0, costUsd: 0 },
};

/** The primary sandbox key, as a client returns it. */
export const PRIMARY: PortKey = { ...ADDITIONAL, name: "Sandbox", kind: "primary" };

/** The state of an active gateway key without its value. */
export const STATE_OF_KEY: GatewayKeyState = {
  name: "CI",
  keyId: "key_1",
  workspaceId: "org_1",
  prefix: "dg_live_",
  last4: "alue",
  status: "active",
  createdAt: "2026-01-01T00:00:00.000Z",
  createdBy: "Ada",
};
