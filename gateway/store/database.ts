import { chmodSync, existsSync, statSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { inspect, isCurrent, migrate } from "./file-version";

/** The database of the gateway, in a file or in memory. Committed writes survive a crash of the process or the machine. */
export class Database {
  readonly #path: string;
  readonly #migrations: readonly string[];
  #connection: DatabaseSync | undefined;
  readonly #statements = new Map<string, StatementSync>();

  /**
   * Opens a database, and brings it to the version that the migrations lead to. `path` is a file, created if it does not exist, or
   * `:memory:`. Throws, and changes nothing, if the file has a newer version or belongs to another program.
   */
  constructor(path: string, migrations: readonly string[]) {
    this.#path = path;
    this.#migrations = migrations;
    inspect(path, migrations);
    const connection = connect(path, "rwc");
    try {
      migrate(connection, path, migrations);
      connection.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    } catch (error) {
      connection.close();
      throw error;
    }
    this.#connection = connection;
  }

  close(): void {
    this.#statements.clear();
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** Returns a prepared statement, which is compiled once. */
  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.#connected().prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** Runs `work` in a transaction. May run it a second time if the first transaction was rolled back. */
  transaction<T>(work: () => T): T {
    try {
      return this.#attempt(work);
    } catch (error) {
      if (resultCode(error) !== SQLITE.readOnly) throw error;
      // A connection that was opened on a read-only file stays read-only. A new one works if the file is writable again.
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
      // SQLite has already rolled back after some failures, such as a full disk.
      if (connection.isTransaction) connection.exec("ROLLBACK");
      throw error;
    }
  }

  #connected(): DatabaseSync {
    // Reopening must not create the file, since an empty database would report every key as unknown.
    this.#connection ??= this.#reconnect();
    return this.#connection;
  }

  #reconnect(): DatabaseSync {
    // Reopening must not create the tables either.
    const connection = connect(this.#path, "rw");
    connection.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
    if (isCurrent(connection, this.#migrations)) return connection;
    connection.close();
    throw new Error(`${this.#path} is no longer the database that the gateway opened: restart the gateway`);
  }
}

/** Result codes of temporary failures: https://sqlite.org/rescode.html */
const SQLITE = { busy: 5, readOnly: 8, ioError: 10, full: 13, cannotOpen: 14 } as const;
const TEMPORARY: ReadonlySet<number | undefined> = new Set(Object.values(SQLITE));

/** Returns true if the database is temporarily unavailable or not writable. The failed request changed nothing. */
export function isUnavailable(error: unknown): boolean {
  return TEMPORARY.has(resultCode(error));
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error && "errcode" in error && typeof error.errcode === "number")) return undefined;
  // The higher bits of an extended code only add detail.
  return error.errcode & 0xff;
}

/** How long opening a database waits for another process, which may be creating it. */
const OPENING_MS = 5_000;
const RETRY_MS = 10;
/** How long a statement waits for the lock of another process. Waiting blocks every request. */
const BUSY_MS = 500;

function connect(path: string, mode: "rwc" | "rw"): DatabaseSync {
  if (path === ":memory:") return configure(new DatabaseSync(path));
  followMode(path);
  const url = pathToFileURL(path);
  url.searchParams.set("mode", mode);
  return configure(new DatabaseSync(url, { timeout: OPENING_MS }));
}

function configure(connection: DatabaseSync): DatabaseSync {
  useWriteAheadLog(connection);
  connection.exec("PRAGMA synchronous = FULL;");
  return connection;
}

/** If two processes do this to a new file at the same time, each would wait for the other, so SQLite fails without waiting. */
function useWriteAheadLog(connection: DatabaseSync): void {
  const since = performance.now();
  for (;;) {
    try {
      connection.exec("PRAGMA journal_mode = WAL;");
      return;
    } catch (error) {
      if (resultCode(error) !== SQLITE.busy || performance.now() - since > OPENING_MS) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}

/** Restores write permissions: SQLite creates the -wal and -shm files of a read-only database as read-only files. */
function followMode(path: string): void {
  for (const companion of [`${path}-wal`, `${path}-shm`].filter((file) => existsSync(file))) {
    const { mode } = statSync(path);
    if (statSync(companion).mode !== mode) chmodSync(companion, mode);
  }
}
