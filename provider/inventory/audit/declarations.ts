import type { DeclaredKey } from "../exported-state";

/** What a key is to a resource that has it. */
type Role = "current" | "previous" | "to be revoked";

/** A resource that has a key. */
export interface Declaration {
  readonly resource: DeclaredKey;
  readonly role: Role;
}

/** Returns the resources that have each key, by the ID of the key. */
export function declarationsOf(declared: readonly DeclaredKey[]): ReadonlyMap<string, readonly Declaration[]> {
  const byKey = new Map<string, Declaration[]>();
  for (const resource of declared) {
    for (const [keyId, role] of rolesIn(resource)) {
      byKey.set(keyId, [...(byKey.get(keyId) ?? []), { resource, role }]);
    }
  }
  return byKey;
}

/** Returns the role of each key of a resource. */
function rolesIn(resource: DeclaredKey): ReadonlyMap<string, Role> {
  const { keyId, previousKeyId, revokePending, isPendingDelete } = resource;
  const roles = new Map<string, Role>(revokePending.map((id) => [id, "to be revoked"]));
  if (previousKeyId !== undefined) roles.set(previousKeyId, isPendingDelete ? "to be revoked" : "previous");
  roles.set(keyId, isPendingDelete ? "to be revoked" : "current");
  return roles;
}
