/** A key that a state has, and the workspace that it belongs to. */
export interface HeldKey {
  readonly keyId: string;
  readonly workspaceId: string;
}

/** What one process learns in the course of a run, across the calls about different resources. */
export class Run {
  readonly #names = new Map<string, string>();
  readonly #holders = new Map<string, string>();
  readonly #current = new Map<string, HeldKey>();
  readonly #revoked = new Set<string>();
  readonly #released = new Set<string>();
  readonly #said = new Set<string>();

  /**
   * The name of a resource whose program leaves it out. A replacement checks the new inputs a second time, with no state to
   * go by: the name of the first time stays.
   */
  name(urn: string, first: () => string | undefined): string | undefined {
    const known = this.#names.get(urn) ?? first();
    if (known !== undefined) this.#names.set(urn, known);
    return known;
  }

  /** Notes that a resource's state has this key as its current one. */
  hold(urn: string, key: HeldKey): void {
    this.#holders.set(key.keyId, urn);
    this.#current.set(urn, key);
  }

  /** Notes that a resource's state has this key beside its current one. */
  holdBeside(urn: string, keyId: string): void {
    this.#holders.set(keyId, urn);
  }

  /** Notes that a key which is being replaced may be revoked while it is used: the program no longer keeps it from that. */
  release(keyId: string): void {
    this.#released.add(keyId);
  }

  isReleased(keyId: string): boolean {
    return this.#released.has(keyId);
  }

  /** The resource whose state has this key, as far as this run has seen. */
  holderOf(keyId: string): string | undefined {
    return this.#holders.get(keyId);
  }

  /** The key that the resource has now, and that a new one would replace. */
  currentKeyOf(urn: string): HeldKey | undefined {
    return this.#current.get(urn);
  }

  /** Notes, before the request is sent, that this run revokes a key as left over from an earlier one. */
  markRevoked(keyId: string): void {
    this.#revoked.add(keyId);
  }

  hasRevoked(keyId: string): boolean {
    return this.#revoked.has(keyId);
  }

  /** Whether this is the first time that the run has this to say. */
  isNew(topic: string): boolean {
    const isNew = !this.#said.has(topic);
    this.#said.add(topic);
    return isNew;
  }
}
