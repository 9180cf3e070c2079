import type { Key, Made } from "../../contract/port";
import { DenchError } from "../../provider/errors";
import type { Context } from "../../provider/session/context";
import type { NewKey } from "../../provider/session/create-key";
import type { Run } from "../../provider/session/run";
import { Secrets } from "../../provider/values/secrets";
import { PRIMARY } from "./key";

type Faulty = "create" | "revoke" | "read" | "rotate" | "reveal" | "reread";

/** Fails a call before the server processes it, or before the response arrives. A plan continues without a failed read. */
export interface Fault {
  readonly call: Faulty;
  readonly moment: "before" | "after";
}

const WORKSPACE = { id: "org_1", name: "Memory", slug: "memory" };

function primaryKey(id: string, createdAt: number): Key {
  return { ...PRIMARY, id, last4: id.slice(-4), createdAt };
}

/** A workspace in memory with the contract's rules, for properties that need thousands of runs. */
export class MemoryWorkspace {
  readonly keys = new Map<string, Key>();
  primary: Key = primaryKey("primary_0", Date.parse("2025-12-01T00:00:00Z"));
  /** The number of rotations of the primary key. */
  rotations = 0;
  /** The key that each request ID created. */
  readonly #rotated = new Map<string, string>();
  now = Date.parse("2026-01-01T00:00:00Z");
  /** How far the provider's clock is ahead, in milliseconds. */
  skew = 0;
  /** The highest number of keys that were active at the same time. */
  peak = 0;
  /** The faults of future calls, at most one for each call. */
  faults: Fault[] = [];

  copy(): MemoryWorkspace {
    const copy = new MemoryWorkspace();
    for (const [id, key] of this.keys) copy.keys.set(id, { ...key });
    copy.primary = { ...this.primary };
    copy.rotations = this.rotations;
    for (const [requestId, id] of this.#rotated) copy.#rotated.set(requestId, id);
    copy.now = this.now;
    copy.skew = this.skew;
    return copy;
  }

  live(): Key[] {
    return [...this.keys.values()].filter(({ status }) => status === "active");
  }

  use(id: string): void {
    this.#change(id, { lastUsedAt: this.now });
  }

  revokeManually(id: string): void {
    this.#change(id, { status: "revoked" });
  }

  rotateManually(): void {
    this.rotations += 1;
    this.primary = primaryKey(`primary_${this.rotations}`, this.now);
  }

  context(run: Run, urn: string): Context {
    const unused = () => {
      throw new Error("no test calls this");
    };
    return {
      urn,
      providerId: "instance",
      run,
      clock: { now: this.now + this.skew, current: this.now + this.skew },
      secrets: new Secrets(),
      isSecretInput: () => true,
      gatewayUrl: "https://gateway.test/v1",
      importValues: { source: undefined, all: unused, valueOf: unused },
      limitSeconds: undefined,
      log: () => {},
      logOnce: () => {},
      awaitReadiness: async () => undefined,
      client: {
        workspace: async () => WORKSPACE,
        workspaceNow: unused,
        requireWorkspaceId: async () => {},
        requireConfiguredWorkspace: async () => {},
        find: unused,
        get: unused,
        listAll: unused,
        batches: unused,
        usage: unused,
        make: unused,
        revoke: unused,
        primary: unused,
        revealPrimary: () =>
          this.#meet("reveal", () => ({ keyId: this.primary.id, value: `value of ${this.primary.id}` })),
        rotatePrimary: unused,
        tokenSource: "memory",
      },
      keys: {
        create: (wanted) => this.#meet("create", () => this.#create(wanted)),
        revoke: (id) => this.#meet("revoke", () => this.revokeManually(id)),
        revokeOrphan: (id) => {
          run.holders.markOrphan(id);
          return this.#meet("revoke", () => this.revokeManually(id));
        },
        isOwn: async () => false,
        requireNotOwn: async () => {},
        find: async (id) => this.keys.get(id),
        reread: async (id) => this.keys.get(id),
        findCreatedWith: unused,
        whenListed: () => {},
        cancelWhenListed: () => {},
        primary: async () => this.primary,
        rereadPrimary: () => this.#meet("reread", () => this.primary),
        rotatePrimary: (requestId) => this.#meet("rotate", () => this.#rotate(requestId)),
      },
      bestEffort: {
        read: async (read) => {
          const index = this.faults.findIndex(({ call }) => call === "read");
          if (index < 0) return read();
          this.faults.splice(index, 1);
          return "not read";
        },
      },
    };
  }

  async #meet<T>(call: Faulty, work: () => T): Promise<T> {
    const index = this.faults.findIndex((fault) => fault.call === call);
    const [fault] = index < 0 ? [] : this.faults.splice(index, 1);
    if (fault?.moment === "before")
      throw new DenchError("unreachable", "connection cut before the server received the request");
    const result = work();
    if (fault) throw new DenchError("unreachable", "connection cut after the server processed the request", true);
    return result;
  }

  #create({ requestId, scopes = [], ...chosen }: NewKey): Made {
    const earlier = [...this.keys.values()].find((key) => key.requestId === requestId);
    if (earlier) return { earlier: { keyId: earlier.id, status: earlier.status } };
    const id = `key_${this.keys.size + 1}`;
    const key: Key = {
      ...PRIMARY,
      kind: "additional",
      createdBy: { id: "mem_1", name: "Ada" },
      lastUsedAt: null,
      ...chosen,
      id,
      scopes,
      last4: id.slice(-4),
      createdAt: this.now,
      requestId,
    };
    this.keys.set(id, key);
    this.peak = Math.max(this.peak, this.live().length);
    return { key, value: `value of ${id}` };
  }

  /** Rotates once for each request ID. */
  #rotate(requestId: string): Key {
    const earlier = this.#rotated.get(requestId);
    if (earlier === undefined) {
      this.rotateManually();
      this.#rotated.set(requestId, this.primary.id);
      return this.primary;
    }
    return earlier === this.primary.id ? this.primary : { ...this.primary, id: earlier, status: "revoked" };
  }

  #change(id: string, change: Partial<Key>): void {
    const key = this.keys.get(id);
    if (key) this.keys.set(id, { ...key, ...change });
  }
}
