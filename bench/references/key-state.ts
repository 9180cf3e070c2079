import { randomBytes } from "node:crypto";

/** Returns what the provider stores for a new key, with random values of the same length. */
export function newKeyState(name: string): { readonly id: string; readonly state: Record<string, string | null> } {
  const id = `key_${randomBytes(18).toString("base64url")}`;
  const key = `dg_live_${randomBytes(30).toString("base64url")}`;
  const absent = ["compromised", "keepIfUsedWithin", "previousKey", "previousKeyId", "previousKeyRevokeAt"].concat(
    "revokePending",
    "rotation",
    "scopes",
    "waitUntilReady",
  );
  const state = {
    ...Object.fromEntries(absent.map((property) => [property, null])),
    createdAt: new Date().toISOString(),
    createdBy: "Ada Admin",
    key,
    keyId: id,
    last4: key.slice(-4),
    name,
    prefix: "dg_live_",
    status: "active",
    workspaceId: "org_w9era6Uib0ZxUH0ynJbpHne2",
  };
  return { id, state };
}
