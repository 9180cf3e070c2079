import type { GatewayKeysApi, Key, Made } from "../../contract/port";

/** Implements the port on a workspace in memory. Its API omits every optional fact. */
export function memoryApi(keys: Map<string, Key> = new Map()): GatewayKeysApi {
  const key = (id: string, name: string, kind = "additional"): Key => ({
    id,
    name,
    kind,
    prefix: "dg_live_",
    last4: id.slice(-4),
    scopes: ["models:read"],
    status: "active",
    createdAt: 1,
    usage30d: { requests: 0, costUsd: 0 },
  });
  const primary = key("key_primary", "primary", "primary");
  return {
    workspace: async () => ({ id: "org_1", name: "Memory", slug: "memory" }),
    list: async ({ status }) => ({
      keys: [...keys.values()].filter((each) => status === undefined || each.status === status),
      next: undefined,
    }),
    make: async ({ name }): Promise<Made> => {
      const made = key(`key_${keys.size + 1}`, name);
      keys.set(made.id, made);
      return { key: made, value: `value of ${made.id}` };
    },
    find: async (id) => keys.get(id),
    async revoke(id) {
      const found = keys.get(id);
      if (!found) return "missing";
      keys.set(id, { ...found, status: "revoked" });
      return "revoked";
    },
    primary: async () => primary,
    revealPrimary: async () => ({ keyId: primary.id, value: "value of the primary key" }),
    rotatePrimary: async () => primary,
    usage: async (keyId) => ({ keyId, requests: 0, costUsd: 0, daily: [] }),
  };
}
