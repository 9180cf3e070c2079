/** A key that a state has, and the workspace that it belongs to. */
export interface HeldKey {
  readonly keyId: string;
  readonly workspaceId: string;
}

/**
 * Which resources of a run have which keys in their states. A host that does not know the URN of a resource gives undefined,
 * and nothing is learned about that resource.
 */
export class Holders {
  readonly #byKey = new Map<string, Set<string>>();
  readonly #current = new Map<string, HeldKey>();
  readonly #released = new Set<string>();
  readonly #orphans = new Set<string>();

  /** Notes that a resource's state has this key as its current one. */
  hold(urn: string | undefined, key: HeldKey): void {
    this.holdBeside(urn, key.keyId);
    if (urn !== undefined) this.#current.set(urn, key);
  }

  /** Notes that a resource's state has this key beside its current one. */
  holdBeside(urn: string | undefined, keyId: string): void {
    if (urn === undefined) return;
    const holders = this.#byKey.get(keyId) ?? new Set();
    this.#byKey.set(keyId, holders.add(urn));
  }

  /** Notes that a resource no longer has this key. */
  letGo(urn: string | undefined, keyId: string): void {
    if (urn !== undefined) this.#byKey.get(keyId)?.delete(urn);
  }

  /**
   * Notes that the keys of a resource are being replaced: it no longer has them. The engine deletes them under the URN that the
   * state has, which an alias may have changed.
   */
  letGoAll(urn: string | undefined): void {
    if (urn === undefined) return;
    for (const holders of this.#byKey.values()) holders.delete(urn);
  }

  /** Returns a resource other than the given one whose state has this key, as far as this run has seen. */
  of(keyId: string, otherThan?: string): string | undefined {
    return [...(this.#byKey.get(keyId) ?? [])].find((urn) => urn !== otherThan);
  }

  /** Returns the key that the resource has now, and that a new one would replace. */
  currentKeyOf(urn: string | undefined): HeldKey | undefined {
    return urn === undefined ? undefined : this.#current.get(urn);
  }

  /** Notes that a key which is being replaced may be revoked while it is used: the program no longer keeps it from that. */
  release(keyId: string): void {
    this.#released.add(keyId);
  }

  isReleased(keyId: string): boolean {
    return this.#released.has(keyId);
  }

  /** Notes that this run takes a key for one that no state has. A resource that turns out to have it needs a new one. */
  markOrphan(keyId: string): void {
    this.#orphans.add(keyId);
  }

  isOrphan(keyId: string): boolean {
    return this.#orphans.has(keyId);
  }
}
