import * as z from "zod";
import { DEFAULT_SCOPES, KeyName, RequestId, Scopes } from "../../contract";
import type { Key } from "../store/keys";
import type { Caller } from "../store/members";
import type { Actor, CreatedKey, Made, Store } from "../store/store";
import { ApiError } from "./api-error";

// The rules that the management API and the dashboard share.

export { DEFAULT_SCOPES, RequestId };

/** The request for a new key. */
export const KeyRequest = z.object({
  name: KeyName,
  scopes: Scopes.optional(),
  requestId: RequestId.optional(),
});
export type KeyRequest = z.infer<typeof KeyRequest>;

/** Creates a key, with the default scopes if the request names none. */
export function createKey(store: Store, { name, scopes, requestId }: KeyRequest, by: Actor): Made<CreatedKey> {
  return store.createKey({ name, scopes: scopes ?? DEFAULT_SCOPES, requestId, by });
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
