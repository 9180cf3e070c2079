import type { CreatedKey, CreateKeyBody, Key } from "../../contract";
import { DenchError, RequestIdUsedError } from "../../provider/errors";
import type { Context } from "../../provider/session/context";
import type { Run } from "../../provider/session/run";
import { Secrets } from "../../provider/values/secrets";
import { KEY } from "./key";

type Faulty = "create" | "revoke" | "read";

/** Ends a call: before the server does the work, or after it, before the response arrives. A plan goes on without a read. */
export interface Fault {
  readonly call: Faulty;
  readonly moment: "before" | "after";
}

const WORKSPACE = { id: "org_1", name: "Memory", slug: "memory" };

/** A workspace in memory, for properties that want many thousands of runs. Its rules are the contract's. */
export class MemoryWorkspace {
  readonly keys = new Map<string, Key>();
  now = Date.parse("2026-01-01T00:00:00Z");
  /** How far the provider's clock is ahead, in milliseconds. */
  skew = 0;
  /** The most keys that ever lived at once. */
  peak = 0;
  /** Of the calls to come, each is met by one fault at most. */
  faults: Fault[] = [];

  copy(): MemoryWorkspace {
    const copy = new MemoryWorkspace();
    for (const [id, key] of this.keys) copy.keys.set(id, { ...key });
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

  revokeByHand(id: string): void {
    this.#change(id, { status: "revoked" });
  }

  context(run: Run, urn: string): Context {
    const missing = () => new DenchError("not_found", "no such key");
    const read = (id: string): Key => {
      const key = this.keys.get(id);
      if (!key) throw missing();
      return { ...key };
    };
    const unused = () => {
      throw new Error("the primary key has no part in this");
    };
    return {
      urn,
      providerId: "instance",
      run,
      clock: { now: this.now + this.skew, current: this.now + this.skew },
      driftCheck: "warn",
      secrets: new Secrets(),
      isSecretInput: () => true,
      gatewayUrl: "https://gateway.test/v1",
      importKey: undefined,
      limitSeconds: undefined,
      log: () => {},
      awaitReadiness: async () => undefined,
      client: {
        status: async () => ({
          workspace: WORKSPACE,
          caller: { id: "mem_1", name: "Ada", role: "admin", keyId: null },
        }),
        statusNow: unused,
        requireWorkspaceId: async () => {},
        getKey: async (id) => read(id),
        listAllKeys: async () => this.live(),
        keyPages: unused,
        getKeyUsage: unused,
        requireConfiguredWorkspace: unused,
        createKey: unused,
        revokeKey: unused,
        getPrimaryKey: unused,
        revealPrimaryKey: unused,
        rotatePrimaryKey: unused,
        tokenSource: "memory",
      },
      keys: {
        create: (body) => this.#meet("create", () => this.#create(body)),
        revoke: (id) => this.#meet("revoke", () => this.#change(id, { status: "revoked" })),
        isOwn: async () => false,
        requireNotOwn: async () => {},
        find: async (id) => this.keys.get(id),
        reread: async (id) => this.keys.get(id),
        readBestEffort: async (read) => {
          const index = this.faults.findIndex(({ call }) => call === "read");
          if (index < 0) return read();
          this.faults.splice(index, 1);
          return "not read";
        },
        createdWith: () => [],
        listWithRevoked: unused,
        earlierWith: unused,
        supportsRequestIds: true,
        primary: unused,
        rereadPrimary: unused,
        notePrimary: unused,
      },
    };
  }

  async #meet<T>(call: Faulty, work: () => T): Promise<T> {
    const index = this.faults.findIndex((fault) => fault.call === call);
    const [fault] = index < 0 ? [] : this.faults.splice(index, 1);
    if (fault?.moment === "before") throw new DenchError("unreachable", "cut before the server heard of it");
    const result = work();
    if (fault) throw new DenchError("unreachable", "cut after the server had done it");
    return result;
  }

  #create({ requestId, scopes = [], ...chosen }: CreateKeyBody): CreatedKey {
    const earlier = [...this.keys.values()].find((key) => key.requestId === (requestId ?? ""));
    if (earlier) throw new RequestIdUsedError("used", { keyId: earlier.id, status: earlier.status });
    const id = `key_${this.keys.size + 1}`;
    const key: Key = {
      ...KEY,
      ...chosen,
      id,
      scopes,
      last4: id.slice(-4),
      createdAt: this.now,
      requestId: requestId ?? null,
    };
    this.keys.set(id, key);
    this.peak = Math.max(this.peak, this.live().length);
    return { ...key, key: `value of ${id}` };
  }

  #change(id: string, change: Partial<Key>): void {
    const key = this.keys.get(id);
    if (key) this.keys.set(id, { ...key, ...change });
  }
}
