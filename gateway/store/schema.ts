import { keyColumns } from "./keys";

/** Creates the tables of the database, if they do not exist. */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS workspace (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    slug TEXT NOT NULL
  ) STRICT;

  CREATE TABLE IF NOT EXISTS members (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    token_sealed BLOB NOT NULL
  ) STRICT;

  CREATE TABLE IF NOT EXISTS keys (
    ${Object.entries(keyColumns)
      .map(([name, declaration]) => `${name} ${declaration}`)
      .join(",\n    ")}
  ) STRICT;
  CREATE INDEX IF NOT EXISTS keys_by_sequence ON keys (kind, sequence);
  CREATE UNIQUE INDEX IF NOT EXISTS one_primary ON keys (kind) WHERE kind = 'primary' AND status = 'active';

  CREATE TABLE IF NOT EXISTS usage (
    key_id TEXT NOT NULL,
    date TEXT NOT NULL,
    requests INTEGER NOT NULL,
    cost_usd REAL NOT NULL,
    PRIMARY KEY (key_id, date)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS activity (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    action TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    via TEXT NOT NULL,
    key_id TEXT NOT NULL REFERENCES keys (id)
  ) STRICT;
`;
