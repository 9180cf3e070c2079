import type { Key } from "../../contract/port";

/** What a run knows of the workspace's keys, from every response that showed one, whichever request it belonged to. */
export class KnownKeys {
  readonly #byId = new Map<string, Key>();
  readonly #idByRequestId = new Map<string, string>();
  readonly #revoked = new Set<string>();
  #requestIds: "unknown" | "supported" | "ignored" = "unknown";

  /** Notes keys as a response shows them. Revoked is for ever: a response that shows one of them as active is older. */
  note(...keys: readonly Key[]): void {
    for (const key of keys) {
      if (key.status === "revoked") this.#revoked.add(key.id);
      this.#byId.set(key.id, this.#revoked.has(key.id) ? { ...key, status: "revoked" } : key);
      if (key.requestId === undefined) continue;
      this.#idByRequestId.set(key.requestId, key.id);
      if (this.#requestIds === "unknown") this.#requestIds = "supported";
    }
  }

  /** Notes that a key is revoked now. */
  noteRevoked(keyId: string): void {
    this.#revoked.add(keyId);
    const key = this.#byId.get(keyId);
    if (key) this.note(key);
  }

  /** Notes that the server has created a key and does not show the request ID. */
  noteIgnoredRequestId(): void {
    this.#requestIds = "ignored";
  }

  get(keyId: string): Key | undefined {
    return this.#byId.get(keyId);
  }

  /** Returns the key that was created with this request ID. */
  createdWith(requestId: string): Key | undefined {
    return this.#byId.get(this.#idByRequestId.get(requestId) ?? "");
  }

  /** Whether this server remembers request IDs: it has shown one that created a key, and has left none out. */
  get supportsRequestIds(): boolean {
    return this.#requestIds === "supported";
  }
}
