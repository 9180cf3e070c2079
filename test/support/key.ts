import type { Key } from "../../contract";
import type { Key as PortKey } from "../../contract/port";

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

/** The primary sandbox key, as a client returns it. */
export const PRIMARY: PortKey = {
  id: "key_1",
  name: "Sandbox",
  kind: "primary",
  prefix: "dg_live_",
  last4: "alue",
  scopes: [],
  status: "active",
  createdAt: 1,
  usage30d: { requests: 0, costUsd: 0 },
};
