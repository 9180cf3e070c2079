import * as z from "zod";
import type { Database } from "./database";
import { inJson } from "./in-json";
import { KeyKind } from "./keys";

export const Action = z.enum(["created", "revealed", "rotated", "revoked"]);
export type Action = z.infer<typeof Action>;

/** The interface of an action: the management API or the dashboard. */
export const Via = z.enum(["api", "page"]);
export type Via = z.infer<typeof Via>;

export interface Activity {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly action: Action;
  readonly actorName: string;
  readonly via: Via;
  readonly keyId: string;
}

/** An activity with the details of its key, for display. */
export interface ActivityEntry extends Activity {
  readonly sequence: number;
  readonly keyName: string;
  readonly keyKind: KeyKind;
  readonly prefix: string;
  readonly last4: string;
}

const ActivityRow = z
  .object({
    sequence: z.number(),
    at: z.number(),
    action: Action,
    actor_name: z.string(),
    via: Via,
    key_id: z.string(),
    name: inJson(z.string()),
    kind: KeyKind,
    prefix: z.string(),
    last4: z.string(),
  })
  .transform(
    ({ actor_name, key_id, name, kind, ...row }): ActivityEntry => ({
      ...row,
      actorName: actor_name,
      keyId: key_id,
      keyName: name,
      keyKind: kind,
    }),
  );

const OriginRow = z.object({ key_id: z.string(), via: Via });

/** The query of the interfaces by which keys were created. It reads the entries of these keys only. */
export const ORIGINS = `SELECT key_id, via FROM activity
  WHERE key_id IN (SELECT value FROM json_each(?)) AND action IN ('created', 'rotated')`;

/** Records who did what to which key. `record` must be called in the transaction of the action. */
export class ActivityLog {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  record({ at, action, actorName, via, keyId }: Activity): void {
    this.#database
      .prepare("INSERT INTO activity (at, action, actor_name, via, key_id) VALUES (?, ?, ?, ?, ?)")
      .run(at, action, actorName, via, keyId);
  }

  /** Returns the interface by which each of these keys was created, by the ID of the key. */
  originsOf(keyIds: readonly string[]): ReadonlyMap<string, Via> {
    const rows = this.#database
      .prepare(ORIGINS)
      .all(JSON.stringify(keyIds))
      .map((row) => OriginRow.parse(row));
    return new Map(rows.map(({ key_id, via }) => [key_id, via]));
  }

  /** Returns a page of entries, newest first. `next` is the `before` of the next page, if there is one. */
  list({ limit, before }: { limit: number; before?: number | undefined }): {
    entries: ActivityEntry[];
    next: number | undefined;
  } {
    const rows = this.#database
      .prepare(
        `SELECT activity.*, keys.name, keys.kind, keys.prefix, keys.last4 FROM activity JOIN keys ON keys.id = activity.key_id
         WHERE activity.sequence < ? ORDER BY activity.sequence DESC LIMIT ?`,
      )
      .all(before ?? Number.MAX_SAFE_INTEGER, limit + 1)
      .map((row) => ActivityRow.parse(row));
    const entries = rows.slice(0, limit);
    return { entries, next: rows.length > limit ? entries.at(-1)?.sequence : undefined };
  }
}
