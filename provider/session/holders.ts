/** A key in the stack state, and the workspace that it belongs to. */
export interface HeldKey {
  readonly keyId: string;
  readonly workspaceId: string;
}

/**
 * The keys that each resource has in the stack state, as far as this run has seen. If the host does not know a resource's URN,
 * the URN is undefined and nothing is noted about the resource.
 */
export class Holders {
  readonly #byKey = new Map<string, Set<string>>();
  readonly #current = new Map<string, HeldKey>();
  readonly #released = new Set<string>();
  readonly #orphans = new Set<string>();

  /** Notes that a resource has this key as its current key. */
  hold(urn: string | undefined, key: HeldKey): void {
    this.holdAdditional(urn, key.keyId);
    if (urn !== undefined) this.#current.set(urn, key);
  }

  /** Notes that a resource has this key in addition to its current key. */
  holdAdditional(urn: string | undefined, keyId: string): void {
    if (urn === undefined) return;
    const holders = this.#byKey.get(keyId) ?? new Set();
    this.#byKey.set(keyId, holders.add(urn));
  }

  /** Notes that a resource no longer has this key. */
  remove(urn: string | undefined, keyId: string): void {
    if (urn !== undefined) this.#byKey.get(keyId)?.delete(urn);
  }

  /**
   * Notes that a resource no longer has any keys, because it is being replaced. The engine deletes the old keys under the URN
   * in the stack state, which differs if the resource has an alias.
   */
  removeAll(urn: string | undefined): void {
    if (urn === undefined) return;
    for (const holders of this.#byKey.values()) holders.delete(urn);
  }

  /** Returns the URN of a resource that has this key, other than the given one. */
  of(keyId: string, otherThan?: string): string | undefined {
    return [...(this.#byKey.get(keyId) ?? [])].find((urn) => urn !== otherThan);
  }

  /** Returns the current key of a resource, which a new key would replace. */
  currentKeyOf(urn: string | undefined): HeldKey | undefined {
    return urn === undefined ? undefined : this.#current.get(urn);
  }

  /** Notes that `keepIfUsedWithin` no longer protects a key that is being replaced. */
  release(keyId: string): void {
    this.#released.add(keyId);
  }

  isReleased(keyId: string): boolean {
    return this.#released.has(keyId);
  }

  /** Notes that this run treats a key as an orphan. If a resource has it after all, that resource needs a new key. */
  markOrphan(keyId: string): void {
    this.#orphans.add(keyId);
  }

  isOrphan(keyId: string): boolean {
    return this.#orphans.has(keyId);
  }
}
