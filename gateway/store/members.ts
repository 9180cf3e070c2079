import * as z from "zod";
import type { Database } from "./database";
import { hashOf, randomText } from "./secrets";
import type { Vault } from "./vault";

export const Role = z.enum(["admin", "member"]);
export type Role = z.infer<typeof Role>;

/** A member or a key that makes requests. */
export interface Caller {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The ID of the key that is the token, or null for a member token. */
  readonly keyId: string | null;
}

const MemberRow = z.object({ id: z.string(), name: z.string(), role: Role, token_sealed: z.instanceof(Uint8Array) });

/** Returns a sealed secret of a workspace, or undefined if the database has no workspace yet. */
export function sealedSample(database: Database): Uint8Array | undefined {
  const row = database.prepare("SELECT * FROM members ORDER BY rowid LIMIT 1").get();
  return row && MemberRow.parse(row).token_sealed;
}

/** The members of the workspace, each with a token. */
export class Members {
  readonly #database: Database;
  readonly #vault: Vault;

  constructor(database: Database, vault: Vault) {
    this.#database = database;
    this.#vault = vault;
  }

  add(role: Role, name: string): Caller {
    const id = `mem_${randomText(24)}`;
    const token = `dt_${role}_${randomText(40)}`;
    this.#database
      .prepare("INSERT INTO members (id, name, role, token_hash, token_sealed) VALUES (?, ?, ?, ?, ?)")
      .run(id, name, role, hashOf(token), this.#vault.seal(token));
    return { id, name, role, keyId: null };
  }

  byId(id: string): Caller | undefined {
    return callerOf(this.#database.prepare("SELECT * FROM members WHERE id = ?").get(id));
  }

  byToken(token: string): Caller | undefined {
    return callerOf(this.#database.prepare("SELECT * FROM members WHERE token_hash = ?").get(hashOf(token)));
  }

  /** Returns the first member with this role, and their token. */
  first(role: Role): Caller & { readonly token: string } {
    const row = this.#database.prepare("SELECT * FROM members WHERE role = ? ORDER BY rowid LIMIT 1").get(role);
    const { id, name, token_sealed } = MemberRow.parse(row);
    return { id, name, role, keyId: null, token: this.#vault.open(token_sealed) };
  }
}

function callerOf(row: unknown): Caller | undefined {
  if (row === undefined) return undefined;
  const { id, name, role } = MemberRow.parse(row);
  return { id, name, role, keyId: null };
}
