import type { Key } from "../../contract";
import type { Caller } from "../store/members";
import type { Store } from "../store/store";
import { ApiError } from "./api-error";

// What the management API and the page hold alike.

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
