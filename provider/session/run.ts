/** A key that a state has, and the workspace that it belongs to. */
export interface HeldKey {
  readonly keyId: string;
  readonly workspaceId: string;
}

/**
 * What one process learns in the course of a run, across the calls about different resources. A host that does not know the
 * URN of a resource gives undefined, and nothing is learned about that resource.
 */
export class Run {
  readonly #names = new Map<string, string>();
  readonly #holders = new Map<string, Set<string>>();
  readonly #current = new Map<string, HeldKey>();
  readonly #revoked = new Set<string>();
  readonly #released = new Set<string>();
  readonly #refreshing = new Set<string>();
  readonly #created = new Set<string>();
  readonly #said = new Set<string>();

  /**
   * The name of a resource whose program leaves it out. A replacement checks the new inputs a second time, with no state to
   * go by: the name of the first time stays.
   */
  name(urn: string | undefined, first: () => string | undefined): string | undefined {
    const known = (urn === undefined ? undefined : this.#names.get(urn)) ?? first();
    if (urn !== undefined && known !== undefined) this.#names.set(urn, known);
    return known;
  }

  /** Notes that a resource's state has this key as its current one. */
  hold(urn: string | undefined, key: HeldKey): void {
    this.holdBeside(urn, key.keyId);
    if (urn !== undefined) this.#current.set(urn, key);
  }

  /** Notes that a resource's state has this key beside its current one. */
  holdBeside(urn: string | undefined, keyId: string): void {
    if (urn === undefined) return;
    const holders = this.#holders.get(keyId) ?? new Set();
    this.#holders.set(keyId, holders.add(urn));
  }

  /** Notes that a resource no longer has this key. */
  letGo(urn: string | undefined, keyId: string): void {
    if (urn !== undefined) this.#holders.get(keyId)?.delete(urn);
  }

  /**
   * Notes that the keys of a resource are being replaced: it no longer has them. The engine deletes them under the URN that the
   * state has, which an alias may have changed.
   */
  letGoAll(urn: string | undefined): void {
    if (urn === undefined) return;
    for (const holders of this.#holders.values()) holders.delete(urn);
  }

  /** A resource other than the given one whose state has this key, as far as this run has seen. */
  holderOf(keyId: string, otherThan?: string): string | undefined {
    return [...(this.#holders.get(keyId) ?? [])].find((urn) => urn !== otherThan);
  }

  /** The key that the resource has now, and that a new one would replace. */
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

  /** Notes, before the request is sent, that this run revokes a key as left over from an earlier one. */
  markRevoked(keyId: string): void {
    this.#revoked.add(keyId);
  }

  hasRevoked(keyId: string): boolean {
    return this.#revoked.has(keyId);
  }

  /** Notes the value of a key that this run created. */
  noteCreated(value: string): void {
    this.#created.add(value);
  }

  hasCreated(value: string): boolean {
    return this.#created.has(value);
  }

  /** Notes that the engine reads a resource that a state has: the Diff that follows shows what the refresh found. */
  beginRefresh(urn: string | undefined): void {
    if (urn !== undefined) this.#refreshing.add(urn);
  }

  /** Notes that the program's resource is checked: the Diff that follows is about what an update does. */
  endRefresh(urn: string | undefined): void {
    if (urn !== undefined) this.#refreshing.delete(urn);
  }

  isRefreshing(urn: string | undefined): boolean {
    return urn !== undefined && this.#refreshing.has(urn);
  }

  /** Whether this is the first time that the run has this to say. */
  isNew(topic: string): boolean {
    const isNew = !this.#said.has(topic);
    this.#said.add(topic);
    return isNew;
  }
}
