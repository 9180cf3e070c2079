/**
 * The steps between the versions of the database. Step `n` turns version `n` into `n + 1`, and version 0 is an empty file. A
 * released step never changes, since files of its version exist: add a step at the end.
 *
 * The first step completes tables, because gateways before 0.1.0 created them one by one and recorded no version.
 */
export const MIGRATIONS: readonly string[] = [
  `
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
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    prefix TEXT NOT NULL,
    last4 TEXT NOT NULL,
    scopes TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    created_by_id TEXT NOT NULL,
    created_by_name TEXT NOT NULL,
    last_used_at INTEGER,
    revoked_at INTEGER,
    request_id TEXT UNIQUE,
    value_hash BLOB NOT NULL UNIQUE,
    value_sealed BLOB
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
  `,
  `
  ALTER TABLE usage ADD COLUMN input_tokens INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE usage ADD COLUMN output_tokens INTEGER NOT NULL DEFAULT 0;
  `,
  `
  CREATE TABLE model_usage (
    key_id TEXT NOT NULL,
    date TEXT NOT NULL,
    model TEXT NOT NULL,
    requests INTEGER NOT NULL,
    cost_usd REAL NOT NULL,
    input_tokens INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    PRIMARY KEY (key_id, date, model)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX activity_by_key ON activity (key_id, sequence);
  `,
];
