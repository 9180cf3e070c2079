import { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { hashOf, randomText } from "../../gateway/store/secrets";
import { Vault } from "../../gateway/store/vault";

/** In place of a secret: how it was stored, and the ID of the member or key that it belongs to. */
const Placeholder = z.strictObject({ stored: z.enum(["hash", "sealed"]), secretOf: z.string() });
type Placeholder = z.infer<typeof Placeholder>;

const Row = z.record(z.string(), z.union([z.string(), z.number(), z.null(), Placeholder]));

/** A database of the gateway, as text and without its secrets. */
export const RecordedDatabase = z.strictObject({
  applicationId: z.number(),
  version: z.number(),
  /** The statements that create tables and indexes, in order. */
  schema: z.array(z.string()),
  rows: z.record(z.string(), z.array(Row)),
});
export type RecordedDatabase = z.infer<typeof RecordedDatabase>;

const Entry = z.object({ type: z.string(), name: z.string(), sql: z.string() });
const StoredRow = z.record(z.string(), z.union([z.string(), z.number(), z.null(), z.instanceof(Uint8Array)]));

/** Reads a database of the gateway, and puts placeholders in place of its secrets. */
export function recordDatabase(path: string): RecordedDatabase {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const entries = z
      .array(Entry)
      .parse(database.prepare("SELECT * FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%'").all());
    const tables = entries.filter(({ type }) => type === "table").map(({ name }) => name);
    const pragma = (name: string) => z.record(z.string(), z.number()).parse(database.prepare(`PRAGMA ${name}`).get());
    return {
      applicationId: pragma("application_id")["application_id"] ?? 0,
      version: pragma("user_version")["user_version"] ?? 0,
      schema: entries.map(({ sql }) => sql),
      rows: Object.fromEntries(
        tables.map((table) => [table, database.prepare(`SELECT * FROM ${table}`).all().map(withoutSecrets)]),
      ),
    };
  } finally {
    database.close();
  }
}

/** Returns the ID of the key with this value. */
export function ownerOf(value: string, path: string): string {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const row = database.prepare("SELECT id FROM keys WHERE value_hash = ?").get(hashOf(value));
    return z.object({ id: z.string() }).parse(row).id;
  } finally {
    database.close();
  }
}

function withoutSecrets(stored: unknown): z.infer<typeof Row> {
  const row = StoredRow.parse(stored);
  const secretOf = String(row["id"]);
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (!(value instanceof Uint8Array)) return [column, value];
      return [column, { stored: column.endsWith("_hash") ? "hash" : "sealed", secretOf }];
    }),
  );
}

/** Creates the recorded database at `path`, with new secrets. Returns the secret of each member and key by its ID. */
export function restoreDatabase(recorded: RecordedDatabase, path: string): (id: string) => string {
  const secrets = new Map<string, string>();
  for (const { id, prefix = "", last4 = "" } of Object.values(recorded.rows).flat()) {
    secrets.set(String(id), `${prefix}${randomText(28)}${last4}`);
  }
  const secretOf = (id: string) => {
    const secret = secrets.get(id);
    if (secret === undefined) throw new Error(`the recording has no ${id}`);
    return secret;
  };
  const vault = Vault.beside(path, undefined);
  const stored = (value: string | number | null | Placeholder) => {
    if (value === null || typeof value !== "object") return value;
    const secret = secretOf(value.secretOf);
    return value.stored === "hash" ? hashOf(secret) : vault.seal(secret);
  };
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA journal_mode = WAL; ${recorded.schema.join(";\n")};`);
    for (const [table, rows] of Object.entries(recorded.rows)) {
      for (const row of rows) {
        const values = Object.values(row).map(stored);
        const columns = Object.keys(row).join(", ");
        database
          .prepare(`INSERT INTO ${table} (${columns}) VALUES (${values.map(() => "?").join(", ")})`)
          .run(...values);
      }
    }
    database.exec(`PRAGMA application_id = ${recorded.applicationId}; PRAGMA user_version = ${recorded.version};`);
  } finally {
    database.close();
  }
  return secretOf;
}
