import type { Key } from "../../contract/port";

/** The keys of the workspace that a run has seen in any response. */
export class KnownKeys {
  readonly #byId = new Map<string, Key>();
  readonly #idByRequestId = new Map<string, string>();
  readonly #revoked = new Set<string>();
  #requestIds: "unknown" | "supported" | "ignored" = "unknown";

  /** Notes keys from a response. A revoked key stays revoked: a response that shows it as active is out of date. */
  note(...keys: readonly Key[]): void {
    for (const key of keys) {
      if (key.status === "revoked") this.#revoked.add(key.id);
      this.#byId.set(key.id, this.#revoked.has(key.id) ? { ...key, status: "revoked" } : key);
      if (key.requestId === undefined) continue;
      this.#idByRequestId.set(key.requestId, key.id);
      if (this.#requestIds === "unknown") this.#requestIds = "supported";
    }
  }

  /** Notes that a key was revoked. */
  noteRevoked(keyId: string): void {
    this.#revoked.add(keyId);
    const key = this.#byId.get(keyId);
    if (key) this.note(key);
  }

  /** Notes that the server created a key and does not show its request ID. */
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

  /** Whether this server supports request IDs: it has shown the request ID of a key, and has not created a key without one. */
  get supportsRequestIds(): boolean {
    return this.#requestIds === "supported";
  }
}
