import { createHash } from "node:crypto";
import type { Key } from "../store/keys";

// The form of the request IDs that the Pulumi provider sends. The gateway imports nothing of the provider, so a test compares the
// two. Another client can send such an ID, too: it shows how a key was requested, and not which stack has it now.

const FORM = /^([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}):[\da-f]{40}$/;

/** Returns the ID of the provider instance that a request ID begins with, or undefined if it has another form. */
export function providerInstanceOf({ requestId }: Pick<Key, "requestId">): string | undefined {
  return FORM.exec(requestId ?? "")?.[1];
}

/** Returns the request ID with which the provider instance of a key replaces it. */
export function successorRequestId(key: Pick<Key, "id" | "requestId">): string | undefined {
  const instance = providerInstanceOf(key);
  return instance && providerRequestId(instance, key.id);
}

/** Returns the request ID with which a provider instance replaces a key, or creates the first key of a resource. */
export function providerRequestId(instance: string, predecessor: string): string {
  return `${instance}:${createHash("sha256").update(predecessor).digest("hex").slice(0, 40)}`;
}
