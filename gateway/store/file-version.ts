import { existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import { OPENING_MS, retryFor } from "./opening";
import { resultCode, SQLITE } from "./result-code";

/** SQLite's `application_id` of every database of the gateway: "Denc" in ASCII. */
const APPLICATION_ID = 0x44656e63;

/** How long a file may look foreign while another process creates it. In milliseconds. */
const CREATION_MS = 250;

const Numbers = z.object({ application: z.number(), version: z.number() });
const Layout = z.array(z.object({ name: z.string(), columns: z.string() }));

/** Throws if the file is not a database that these migrations can open. Reads the file only, and creates no other file. */
export function inspect(path: string, migrations: readonly string[]): void {
  if (path === ":memory:" || !existsSync(path)) return;
  // An immutable file is read without a lock, so it can look corrupt or foreign while another process creates it.
  retryFor(
    CREATION_MS,
    () => inspectFile(path, migrations),
    () => true,
  );
}

function inspectFile(path: string, migrations: readonly string[]): void {
  const url = pathToFileURL(path);
  url.searchParams.set("mode", "ro");
  // Without `immutable`, SQLite would create the -wal and -shm files of a database that has none.
  if (!hasContent(`${path}-wal`)) url.searchParams.set("immutable", "1");
  const connection = new DatabaseSync(url, { readOnly: true, timeout: OPENING_MS });
  try {
    refuse(connection, path, migrations);
  } catch (error) {
    if (resultCode(error) !== SQLITE.notADatabase) throw error;
    throw new Error(`${path} is not an SQLite database: choose another file with --data`, { cause: error });
  } finally {
    connection.close();
  }
}

/** Whether the database has the version that the migrations lead to. */
export function isCurrent(connection: DatabaseSync, migrations: readonly string[]): boolean {
  const { application, version } = numbersOf(connection);
  return application === APPLICATION_ID && version === migrations.length;
}

/** Brings the database to the version that the migrations lead to, in one transaction. Does not write to a current one. */
export function migrate(connection: DatabaseSync, path: string, migrations: readonly string[]): void {
  if (isCurrent(connection, migrations)) return;
  connection.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have changed the file since it was inspected.
    refuse(connection, path, migrations);
    for (const step of migrations.slice(numbersOf(connection).version)) connection.exec(step);
    connection.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}; COMMIT`);
  } catch (error) {
    if (connection.isTransaction) connection.exec("ROLLBACK");
    throw error;
  }
}

function refuse(connection: DatabaseSync, path: string, migrations: readonly string[]): void {
  const { application, version } = numbersOf(connection);
  if (application !== APPLICATION_ID && !isUnmarked(connection, migrations))
    throw new Error(`${path} is a database of another program: choose another file with --data`);
  if (version > migrations.length)
    throw new Error(
      `${path} is a database of a newer gateway (version ${version}; this gateway reads up to ${migrations.length}): use the newer pulumi-dench`,
    );
}

/** Whether the database has no mark of any program, and no table but those of the first version. An empty file has none. */
function isUnmarked(connection: DatabaseSync, migrations: readonly string[]): boolean {
  const { application, version } = numbersOf(connection);
  if (application !== 0 || version !== 0) return false;
  const first = new DatabaseSync(":memory:");
  try {
    first.exec(migrations[0] ?? "");
    const expected = new Map(layoutOf(first).map(({ name, columns }) => [name, columns]));
    return layoutOf(connection).every(({ name, columns }) => expected.get(name) === columns);
  } finally {
    first.close();
  }
}

function numbersOf(connection: DatabaseSync): z.infer<typeof Numbers> {
  const query =
    "SELECT application_id AS application, user_version AS version FROM pragma_application_id, pragma_user_version";
  return Numbers.parse(connection.prepare(query).get());
}

/** Returns each table, view and virtual table with the names of its columns. */
function layoutOf(connection: DatabaseSync): z.infer<typeof Layout> {
  const query = `SELECT entry.name, coalesce(group_concat("column".name), '') AS columns
    FROM sqlite_schema AS entry LEFT JOIN pragma_table_info(entry.name) AS "column"
    WHERE entry.type IN ('table', 'view') AND entry.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
    GROUP BY entry.name`;
  return Layout.parse(connection.prepare(query).all());
}

function hasContent(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
