import type { DeclaredKey } from "./exported-state";

/** What a key is for the resource that has it. A pending key could not be revoked yet. */
type KeyRole = "current" | "previous" | "pending";

/** A resource that has a key. */
export interface Holder {
  readonly resource: DeclaredKey;
  readonly role: KeyRole;
}

/** Returns the resources that have each key, by the ID of the key. `primaryId` is the ID of the primary key, if it is known. */
export function holdersByKey(
  resources: readonly DeclaredKey[],
  primaryId: string | undefined,
): ReadonlyMap<string, readonly Holder[]> {
  const byKey = new Map<string, Holder[]>();
  for (const resource of resources) {
    for (const [keyId, role] of rolesIn(resource, primaryId)) {
      const holders = byKey.get(keyId);
      if (holders === undefined) byKey.set(keyId, [{ resource, role }]);
      else holders.push({ resource, role });
    }
  }
  return byKey;
}

/** Returns the role of each key of a resource. */
function rolesIn(resource: DeclaredKey, primaryId: string | undefined): ReadonlyMap<string, KeyRole> {
  const { type, keyId, previousKeyId, revokePending } = resource;
  // A workspace has one primary key. It may have been rotated since its stack was updated.
  if (type === "PrimarySandboxKey") return new Map([[primaryId ?? keyId, "current"]]);
  const roles = new Map<string, KeyRole>(revokePending.map((id) => [id, "pending"]));
  if (previousKeyId !== undefined) roles.set(previousKeyId, "previous");
  return roles.set(keyId, "current");
}
