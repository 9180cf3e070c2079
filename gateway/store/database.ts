import { chmodSync, statSync } from "node:fs";
import { open } from "node:fs/promises";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { errorMessage } from "../../error-message";
import { inspect, isCurrent, migrate } from "./file-version";
import { OPENING_MS, retryFor } from "./opening";
import { resultCode, SQLITE } from "./result-code";

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
    this.#connection = openFirst(path, migrations);
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

  /** Runs `work` like `transaction`. Its writes survive a crash of the process, and after `sync` also one of the machine. */
  unsyncedTransaction<T>(work: () => T): T {
    this.#connected().exec("PRAGMA synchronous = NORMAL");
    try {
      return this.transaction(work);
    } finally {
      this.#connection?.exec("PRAGMA synchronous = FULL");
    }
  }

  /** Resolves when every committed write is on disk. The process is not blocked. */
  async sync(): Promise<void> {
    if (this.#path === ":memory:") return;
    // SQLite syncs what it moves from the log to the database, so only the log can have writes that are not on disk.
    const log = await open(`${this.#path}-wal`, "r+").catch(unlessMissing);
    try {
      await log?.datasync();
    } finally {
      await log?.close();
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

const NOT_A_FILE =
  "Check that it is a file in an existing folder and that you may write to it, or choose another file with --data";
/** What to do if a database cannot be opened, by the result code. */
const WAYS_ON: ReadonlyMap<number | undefined, string> = new Map([
  [SQLITE.cannotOpen, NOT_A_FILE],
  [SQLITE.ioError, NOT_A_FILE],
  [SQLITE.busy, "Stop the program that has locked it, or choose another file with --data"],
  [SQLITE.full, "Free some space on its disk, or choose another file with --data"],
]);

/** Opens a database when the gateway starts. */
function openFirst(path: string, migrations: readonly string[]): DatabaseSync {
  try {
    inspect(path, migrations);
    const connection = connect(path, "rwc");
    try {
      migrate(connection, path, migrations);
      connection.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
      return connection;
    } catch (error) {
      connection.close();
      throw error;
    }
  } catch (error) {
    const wayOn = WAYS_ON.get(resultCode(error));
    if (wayOn === undefined) throw error;
    throw new Error(`the database ${path} cannot be opened: ${errorMessage(error)}. ${wayOn}`, { cause: error });
  }
}

const TEMPORARY: ReadonlySet<number | undefined> = new Set([
  SQLITE.busy,
  SQLITE.readOnly,
  SQLITE.ioError,
  SQLITE.full,
  SQLITE.cannotOpen,
]);

/** Returns true if the database is temporarily unavailable or not writable. The failed request changed nothing. */
export function isUnavailable(error: unknown): boolean {
  return TEMPORARY.has(resultCode(error));
}

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
  // If two processes did this to a new file at the same time, each would wait for the other. SQLite fails without waiting.
  const useLog = () => connection.exec("PRAGMA journal_mode = WAL;");
  retryFor(OPENING_MS, useLog, (error) => resultCode(error) === SQLITE.busy);
  connection.exec("PRAGMA synchronous = FULL;");
  return connection;
}

/** Returns undefined if the file does not exist. SQLite deletes the log when the last process closes the database. */
function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}

/** Restores write permissions: SQLite creates the -wal and -shm files of a read-only database as read-only files. */
function followMode(path: string): void {
  const mode = modeOf(path);
  for (const companion of [`${path}-wal`, `${path}-shm`]) {
    const own = modeOf(companion);
    if (mode !== undefined && own !== undefined && own !== mode) chmodSync(companion, mode);
  }
}

/** Returns undefined if there is no file. Another process may have just deleted it. */
function modeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mode;
}
