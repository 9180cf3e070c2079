import { CreateKeyBody, DEFAULT_SCOPES, RequestId } from "../../contract";
import type { Kept } from "../../contract/kept";
import type { Key } from "../store/keys";
import type { Caller } from "../store/members";
import type { Actor, CreatedKey, Made, NewKey, Store } from "../store/store";
import { ApiError } from "./api-error";

// Rules of the management API that also apply to the dashboard.

export { DEFAULT_SCOPES, RequestId };

/** The request for a new key. */
export const KeyRequest = CreateKeyBody;
export type KeyRequest = CreateKeyBody;

/** Creates a key. The scopes default to `DEFAULT_SCOPES`. */
export function createKey(store: Store, request: Kept<KeyRequest, NewKey>, by: Actor): Made<CreatedKey> {
  return store.createKey({ ...request, scopes: request.scopes ?? DEFAULT_SCOPES, by });
}

/** Returns a key. Throws `not_found` if there is none with this ID. */
export function existingKey(store: Store, id: string): Key {
  const key = store.getKey(id);
  if (!key) throw new ApiError("not_found");
  return key;
}

/** Returns a key that can be revoked. Throws `primary_key_not_revocable` for the primary key. */
export function revocableKey(store: Store, id: string): Key {
  const key = existingKey(store, id);
  if (key.kind !== "primary") return key;
  throw new ApiError("primary_key_not_revocable");
}

/** Throws `admin_required` unless the caller is an admin. */
export function requireAdmin({ role }: Caller, action: "reveal" | "rotate"): void {
  if (role !== "admin") throw new ApiError("admin_required", `Only an admin can ${action} the primary sandbox key.`);
}
