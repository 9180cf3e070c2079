import { DatabaseSync } from "node:sqlite";

/** Inserts keys by Max Member into a gateway's database, from "key 1", the oldest. The newest key is revoked. */
export function fillWithKeys(path: string, count: number): { last4: string } {
  const database = new DatabaseSync(path);
  const insert = database.prepare(
    `INSERT INTO keys (id, name, kind, prefix, last4, scopes, status, created_at, created_by_id, created_by_name, value_hash)
     VALUES ('key_' || :n, json_quote('key ' || :n), 'additional', 'dg_live_', printf('%04d', :n % 9000), '["models:read"]',
             iif(:n = :count, 'revoked', 'active'), :n, 'mem_max', 'Max Member', randomblob(32))`,
  );
  database.exec("BEGIN");
  for (let n = 1; n <= count; n += 1) insert.run({ n: BigInt(n), count: BigInt(count) });
  database.exec("COMMIT");
  database.close();
  return { last4: "0001" };
}
