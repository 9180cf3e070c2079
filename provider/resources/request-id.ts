import { createHash, randomUUID } from "node:crypto";

/**
 * The request id for a key that takes the place of `predecessor`: the id of a key, or the urn of a resource that has none.
 * The same in the run before a crash and the one after, so that the server can tell the second which key the first made.
 */
export function requestIdFor(providerId: string, predecessor: string): string {
  return `${providerId}:${createHash("sha256").update(predecessor).digest("hex").slice(0, 40)}`;
}

/** In place of a provider instance's id where none is known: it covers a lost answer, but not a dead process. */
export function temporaryProviderId(): string {
  return randomUUID();
}
