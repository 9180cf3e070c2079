import { chmodSync, existsSync, statSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { pathToFileURL } from "node:url";

/** The gateway's database, in a file or in memory. An acknowledged write survives a crash of the process and of the machine. */
export class Database {
  readonly #path: string;
  readonly #schema: string;
  #connection: DatabaseSync | undefined;
  readonly #statements = new Map<string, StatementSync>();

  /** `path` is a file, made if absent, or `:memory:`. `schema` creates the tables that are missing. */
  constructor(path: string, schema: string) {
    this.#path = path;
    this.#schema = schema;
    this.#connection = connect(path, "rwc", schema);
  }

  close(): void {
    this.#statements.clear();
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** The statement of this text, compiled once. */
  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#connected().prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** All of `work` or nothing of it. It may be run twice, after nothing of the first time was kept. */
  transaction<T>(work: () => T): T {
    try {
      return this.#attempt(work);
    } catch (error) {
      if (resultCode(error) !== SQLITE.readOnly) throw error;
      // Opened while the file could only be read, a connection stays so for ever. A new one sees whether that has changed.
      this.close();
      return this.#attempt(work);
    }
  }

  #attempt<T>(work: () => T): T {
    const connection = this.#connected();
    connection.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      connection.exec("COMMIT");
      return result;
    } catch (error) {
      // Some failures, such as a full disk, have made SQLite roll back already.
      if (connection.isTransaction) connection.exec("ROLLBACK");
      throw error;
    }
  }

  #connected(): DatabaseSync {
    // Never made anew: an empty database in the place of one that is gone would say that no key ever was.
    this.#connection ??= connect(this.#path, "rw", this.#schema);
    return this.#connection;
  }
}

/** Result codes that say nothing against the request: the same one can succeed later. https://sqlite.org/rescode.html */
const SQLITE = { busy: 5, readOnly: 8, ioError: 10, full: 13, cannotOpen: 14 } as const;
const PASSING: ReadonlySet<number | undefined> = new Set(Object.values(SQLITE));

/** Whether a failure is that the database cannot be written, or reached, at the moment. Nothing was changed then. */
export function isUnavailable(error: unknown): boolean {
  return PASSING.has(resultCode(error));
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error && "errcode" in error && typeof error.errcode === "number")) return undefined;
  // The higher bits only tell more about the same.
  return error.errcode & 0xff;
}

function connect(path: string, mode: "rwc" | "rw", schema: string): DatabaseSync {
  if (path === ":memory:") return configure(new DatabaseSync(path), schema);
  followMode(path);
  const url = pathToFileURL(path);
  url.searchParams.set("mode", mode);
  return configure(new DatabaseSync(url), schema);
}

function configure(connection: DatabaseSync, schema: string): DatabaseSync {
  // While it waits for the lock of another process, nothing else is answered.
  connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 500;");
  connection.exec(schema);
  return connection;
}

/** SQLite makes the files beside the database with the mode that it has then. Of a read-only one they would stay so. */
function followMode(path: string): void {
  for (const companion of [`${path}-wal`, `${path}-shm`].filter((file) => existsSync(file))) {
    const { mode } = statSync(path);
    if (statSync(companion).mode !== mode) chmodSync(companion, mode);
  }
}
