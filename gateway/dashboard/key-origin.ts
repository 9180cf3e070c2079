import type { Key } from "../store/keys";
import type { Store } from "../store/store";
import { providerInstanceOf, successorRequestId } from "./provider-request-id";

/** A key of the list, with what the store knows of how it was created. */
export interface ListedKey {
  readonly key: Key;
  /** What created the key. Undefined if the activity does not show it, as for keys that were written to the database directly. */
  readonly createdWith: "Pulumi" | "Dashboard" | "API" | undefined;
  /** The ID of the instance of the Pulumi provider that created the key. */
  readonly providerInstance: string | undefined;
  /** The key with which that provider instance has replaced this one. */
  readonly successor: Key | undefined;
}

/** Looks up how these keys were created. */
export function listedKeysOf(store: Store, keys: readonly Key[]): ListedKey[] {
  const interfaces = store.activity.originsOf(keys.map(({ id }) => id));
  return keys.map((key) => {
    const providerInstance = providerInstanceOf(key);
    const via = interfaces.get(key.id);
    const requestId = successorRequestId(key);
    return {
      key,
      createdWith: providerInstance !== undefined ? "Pulumi" : via && (via === "api" ? "API" : "Dashboard"),
      providerInstance,
      successor: requestId === undefined ? undefined : store.keyOfRequest(requestId),
    };
  });
}

/** Whether a key is active although its successor is, too. The provider revokes it in a later update. */
export function isPrevious({ key, successor }: ListedKey): boolean {
  return key.status === "active" && successor?.status === "active";
}
