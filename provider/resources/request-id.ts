import { createHash, randomUUID } from "node:crypto";

/**
 * Returns the request ID for a key that replaces `predecessor`: the ID of a key, or the URN of a resource without one. It is
 * the same in the run after a crash, so that the server can report which key the crashed run created.
 */
export function requestIdFor(providerId: string, predecessor: string): string {
  return `${providerId}:${createHash("sha256").update(predecessor).digest("hex").slice(0, 40)}`;
}

/**
 * Returns the ID of the provider instance that created a key, which the engine generates as a UUID. Returns undefined if the
 * request ID is another client's: it may be any text, for example the name of a job and the hash of a commit.
 */
export function providerIdIn(requestId: string | undefined): string | undefined {
  return /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):[0-9a-f]{40}$/.exec(requestId ?? "")?.[1];
}

/** Returns an ID to use if the ID of the provider instance is not known. It covers a lost response, but not a crash. */
export function temporaryProviderId(): string {
  return randomUUID();
}
