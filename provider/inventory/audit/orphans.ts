import type { Key } from "../../../contract/port";
import { providerIdIn, requestIdFor } from "../../resources/request-id";
import type { DeclaredKey, ExportedStack } from "../exported-state";

/** The origin of a key that a provider created, and no state has. */
export interface Origin {
  /** The stack whose provider instance created the key. Undefined if no given state has the instance. */
  readonly stack: ExportedStack | undefined;
  /** The resource whose next key replaces it. Undefined if the state does not have the resource. */
  readonly resource: DeclaredKey | undefined;
}

/** Finds the origins of keys from their request IDs. */
export class Origins {
  readonly #stacks = new Map<string, ExportedStack>();
  readonly #resources = new Map<string, DeclaredKey>();

  constructor(keys: readonly Key[], stacks: readonly ExportedStack[]) {
    for (const stack of stacks) for (const id of stack.providerIds) this.#stacks.set(id, stack);
    const byRequestId = new Map(keys.map((key) => [key.requestId, key.id]));
    for (const resource of stacks.flatMap((stack) => stack.keys)) {
      for (const keyId of keysAfter(resource, byRequestId)) this.#resources.set(keyId, resource);
    }
  }

  /** Returns the stack whose provider instance created a key. */
  stackOf(key: Key): ExportedStack | undefined {
    return this.#stacks.get(providerIdIn(key.requestId) ?? "");
  }

  /** Returns the origin of a key, or undefined if no provider created it. */
  of(key: Key): Origin | undefined {
    if (providerIdIn(key.requestId) === undefined) return undefined;
    return { stack: this.stackOf(key), resource: this.#resources.get(key.id) };
  }
}

/** Returns the keys that were created to replace the key of a resource, each one after an interrupted run. */
function keysAfter(
  { providerId, keyId }: DeclaredKey,
  byRequestId: ReadonlyMap<string | undefined, string>,
): ReadonlySet<string> {
  const found = new Set<string>();
  if (providerId === undefined) return found;
  for (let next: string | undefined = keyId; next !== undefined; ) {
    next = byRequestId.get(requestIdFor(providerId, next));
    if (next === undefined || found.has(next)) break;
    found.add(next);
  }
  return found;
}
