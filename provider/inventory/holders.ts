import type { Key } from "../../contract/port";
import type { DeclaredKey, ExportedStack } from "./exported-state";

/** What a key is for the resource that has it. A pending key could not be revoked yet. */
type KeyRole = "current" | "previous" | "pending";

/** A resource that has a key. */
export interface Holder {
  readonly resource: DeclaredKey;
  readonly role: KeyRole;
}

/** Returns the resources of these stacks that have the key. */
export function holdersOf(key: Pick<Key, "id" | "kind">, stacks: readonly ExportedStack[]): Holder[] {
  return stacks.flatMap(({ keys }) =>
    keys.flatMap((resource) => {
      const role = roleOf(key, resource);
      return role === undefined ? [] : [{ resource, role }];
    }),
  );
}

function roleOf({ id, kind }: Pick<Key, "id" | "kind">, resource: DeclaredKey): KeyRole | undefined {
  // A workspace has one primary key. It may have been rotated since its stack was updated.
  if (kind === "primary" && resource.type === "PrimarySandboxKey") return "current";
  if (resource.keyId === id) return "current";
  if (resource.previousKeyId === id) return "previous";
  return resource.revokePending.includes(id) ? "pending" : undefined;
}
