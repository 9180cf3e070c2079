import { CreateKeyBody, DEFAULT_SCOPES, RequestId } from "../../contract";
import type { Key } from "../store/keys";
import type { Caller } from "../store/members";
import type { Actor, CreatedKey, Made, NewKey, Store } from "../store/store";
import { ApiError } from "./api-error";

// The rules that the management API and the dashboard share.

export { DEFAULT_SCOPES, RequestId };

/** The request for a new key. */
export const KeyRequest = CreateKeyBody;
export type KeyRequest = CreateKeyBody;

/** A request of which the store keeps every field. A spread would drop a field that the store does not know. */
type Kept<Request, Stored> = keyof Request extends keyof Stored ? Request : never;

/** Creates a key, with the default scopes if the request names none. */
export function createKey(store: Store, request: Kept<KeyRequest, NewKey>, by: Actor): Made<CreatedKey> {
  return store.createKey({ ...request, scopes: request.scopes ?? DEFAULT_SCOPES, by });
}

export function existingKey(store: Store, id: string): Key {
  const key = store.getKey(id);
  if (!key) throw new ApiError("not_found");
  return key;
}

export function revocableKey(store: Store, id: string): Key {
  const key = existingKey(store, id);
  if (key.kind !== "primary") return key;
  throw new ApiError("primary_key_not_revocable");
}

export function requireAdmin({ role }: Caller, action: "reveal" | "rotate"): void {
  if (role !== "admin") throw new ApiError("admin_required", `Only an admin may ${action} the primary sandbox key.`);
}
