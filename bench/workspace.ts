import { DatabaseSync } from "node:sqlite";
import { type Actor, Store } from "../gateway/store/store";

/** Creates the database of a gateway whose workspace has this number of keys, and returns the value of one of them. */
export function fillWorkspace(path: string, keys: number): string {
  const store = new Store(path);
  const by: Actor = { caller: store.members.first("admin"), via: "api" };
  const made = store.createKey({ name: "used", scopes: ["models:read"], requestId: undefined, by });
  store.close();
  if (made.outcome !== "made") throw new Error("no key was created");
  const database = new DatabaseSync(path);
  database
    .prepare(
      `WITH RECURSIVE number(n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < ?)
       INSERT INTO keys (id, name, kind, prefix, last4, scopes, status, created_at, created_by_id, created_by_name, value_hash)
       SELECT 'key_bench_' || n, json_quote('key ' || n), kind, prefix, last4, scopes, status, created_at, created_by_id, created_by_name,
              randomblob(32)
       FROM number JOIN keys WHERE n <= ? AND keys.id = ?`,
    )
    .run(keys, keys, made.key.id);
  database.close();
  return made.value;
}
