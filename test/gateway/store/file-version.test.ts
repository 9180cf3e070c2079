import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync, statSync } from "node:fs";
import { copyFile, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it, onTestFinished, vi } from "vitest";
import { Database } from "../../../gateway/store/database";
import { MIGRATIONS } from "../../../gateway/store/migrations";
import { type Actor, Store } from "../../../gateway/store/store";
import { RecordedDatabase, recordDatabase, restoreDatabase } from "../../recorded/database";
import { temporaryFolder } from "../../support/folder";
import { projectRoot } from "../../support/project";
import { spawnGateway } from "../gateway-process";

const recordings = globSync("test/recorded/databases/*.json", { cwd: projectRoot }).sort();
/** A time in the month of the recordings. */
const RECORDED_AT = Date.parse("2026-11-27T00:00:00Z");

function readRecording(file: string): RecordedDatabase {
  return RecordedDatabase.parse(JSON.parse(readFileSync(join(projectRoot, file), "utf8")));
}

function open(path: string): Store {
  const store = new Store(path, () => RECORDED_AT);
  onTestFinished(() => store.close());
  return store;
}

async function databasePath(): Promise<string> {
  return join(await temporaryFolder(), "gateway.db");
}

/** Runs SQL on a file, without the gateway. */
function execute(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

it("has a recording of each version, and of a database without one", () => {
  const versions = MIGRATIONS.map((_, index) => `version-${index + 1}.json`);
  expect(recordings.map((file) => basename(file))).toEqual(["version-0.json", ...versions]);
});

it.each(recordings)("opens %s with all its members, keys, usage and activity", async (file) => {
  const path = await databasePath();
  const recording = readRecording(file);
  const secretOf = restoreDatabase(recording, path);
  const store = open(path);

  expect(store.isNew).toBe(false);
  const members = recording.rows["members"]?.map(({ id, name, role }) => ({ id, name, role, keyId: null }));
  expect(members?.map(({ id }) => store.callerOf(secretOf(String(id))))).toEqual(members);
  const keys = recording.rows["keys"] ?? [];
  expect(keys.length).toBeGreaterThan(3);
  for (const { id, status, request_id } of keys) {
    expect(store.getKey(String(id))).toMatchObject({ id, status, requestId: request_id });
    expect(store.liveKeyOf(secretOf(String(id)))?.id).toBe(status === "active" ? id : undefined);
  }
  const used = recording.rows["usage"]?.[0];
  expect(store.getKey(String(used?.["key_id"]))?.usage30d).toMatchObject({ requests: used?.["requests"] });
  expect(store.activity.list({ limit: 100 }).entries).toHaveLength(recording.rows["activity"]?.length ?? 0);

  const admin = store.callerOf(secretOf(store.members.first("admin").id));
  expect(admin?.role).toBe("admin");
  if (!admin) return;
  const by: Actor = { caller: admin, via: "api" };
  const primary = store.primaryKey();
  expect(store.revealPrimaryKey(by)).toEqual({ id: primary.id, value: secretOf(primary.id) });
  const made = store.createKey({ name: "new", scopes: ["models:read"], requestId: "request-1", by });
  expect(made, "the request ID of a recorded key").toMatchObject({ outcome: "request_id_used" });
});

it.each(recordings)("gives %s the tables and the version of a new database", async (file) => {
  const [fresh, old] = [await databasePath(), await databasePath()];
  new Store(fresh).close();
  restoreDatabase(readRecording(file), old);
  new Store(old).close();
  expect(describeFormat(old)).toEqual(describeFormat(fresh));
});

/** Describes the columns and indexes of all tables, and the numbers in the file's header. */
function describeFormat(path: string): unknown {
  const { applicationId, version } = recordDatabase(path);
  const database = new DatabaseSync(path, { readOnly: true });
  const format = ["table_xinfo", "index_list", "foreign_key_list"].map((pragma) =>
    database
      .prepare(
        `SELECT entry.name AS "table", info.* FROM sqlite_schema AS entry, pragma_${pragma}(entry.name) AS info
         WHERE entry.type = 'table' ORDER BY 1, 2, 3`,
      )
      .all(),
  );
  database.close();
  return { applicationId, version, format };
}

it("completes a database that a gateway without versions was killed in creating", async () => {
  const path = await databasePath();
  const { schema } = readRecording("test/recorded/databases/version-0.json");
  execute(path, `PRAGMA journal_mode = WAL; ${schema.slice(0, 3).join(";")}`);
  expect(open(path).isNew).toBe(true);
});

it("creates the workspace in an empty file", async () => {
  const path = await databasePath();
  await writeFile(path, "");
  expect(open(path).isNew).toBe(true);
});

const refused: readonly (readonly [string, (path: string) => void | Promise<void>, RegExp])[] = [
  [
    "a newer gateway",
    (path) => {
      new Store(path).close();
      execute(path, `PRAGMA user_version = ${MIGRATIONS.length + 1}`);
    },
    new RegExp(
      `is a database of a newer gateway \\(version ${MIGRATIONS.length + 1}; this gateway reads up to ${MIGRATIONS.length}\\): use the newer pulumi-dench$`,
    ),
  ],
  [
    "another program that sets an application ID",
    (path) => execute(path, "PRAGMA application_id = 252006; CREATE TABLE vfs (name TEXT)"),
    /is a database of another program: choose another file with --data$/,
  ],
  [
    "another program that sets no application ID",
    (path) => execute(path, "PRAGMA journal_mode = WAL; CREATE TABLE cookies (name TEXT)"),
    /is a database of another program: /,
  ],
  [
    "another program with a table of the same name",
    (path) => execute(path, "CREATE TABLE keys (id TEXT, name TEXT)"),
    /is a database of another program: /,
  ],
  [
    "another program that counts versions and has no table",
    (path) => execute(path, "PRAGMA user_version = 1"),
    /is a database of another program: /,
  ],
  [
    "another program that was killed before it wrote its database",
    async (path) => {
      const source = `${path}.source`;
      const other = new DatabaseSync(source);
      other.exec("PRAGMA journal_mode = WAL; CREATE TABLE cookies (name TEXT)");
      await copyFile(source, path);
      await copyFile(`${source}-wal`, `${path}-wal`);
      await copyFile(`${source}-shm`, `${path}-shm`);
      other.close();
    },
    /is a database of another program: /,
  ],
  ["no SQLite", (path) => writeFile(path, "name,scopes\n".repeat(1000)), /is not an SQLite database: choose another/],
];

it.each(refused)("refuses a file of %s in one sentence, and changes nothing", async (_, create, sentence) => {
  const path = await databasePath();
  await create(path);
  const before = await contentsOf(path);
  expect(() => new Store(path)).toThrow(sentence);
  expect(await contentsOf(path)).toEqual(before);
});

/** Returns the bytes and the mode of each file in the folder of the database. The -shm file has only locks, and no data. */
async function contentsOf(path: string): Promise<unknown> {
  const folder = join(path, "..");
  const files = await readdir(folder);
  return Promise.all(
    files.map(async (name) => {
      const file = join(folder, name);
      return [name, (await stat(file)).mode, name.endsWith("-shm") || (await readFile(file)).toString("base64")];
    }),
  );
}

it("the command exits with one line if the database is of a newer gateway", async () => {
  const path = await databasePath();
  new Store(path).close();
  execute(path, "PRAGMA user_version = 99");
  const gateway = spawnGateway("--port", "0", "--data", path);
  expect(await gateway.exited).toBe(1);
  expect(gateway.stdout()).toBe("");
  expect(gateway.stderr()).toMatch(/^The gateway failed: \S+ is a database of a newer gateway \(version 99; .*\n$/);
});

it("a migration that fails changes nothing", async () => {
  const path = await databasePath();
  new Database(path, ["CREATE TABLE first (id)"]).close();
  const failing = ["CREATE TABLE first (id)", "CREATE TABLE second (id); INSERT INTO missing VALUES (1)"];
  expect(() => new Database(path, failing)).toThrow(/missing/);
  expect(recordDatabase(path)).toMatchObject({ version: 1, schema: ["CREATE TABLE first (id)"] });
});

it("a process that is killed in a migration leaves the old version, which the next start migrates", async () => {
  const path = await databasePath();
  const first = "CREATE TABLE first (id)";
  new Database(path, [first]).close();
  const rows =
    "WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted) SELECT hex(randomblob(500)), n";
  const endless = `CREATE TABLE second (id, n); INSERT INTO second ${rows} FROM counted`;
  const program = `const { Database } = require("./dist/gateway/store/database");
    new Database(${JSON.stringify(path)}, ${JSON.stringify([first, endless])});`;
  const child = spawn(process.execPath, ["-e", program], { cwd: projectRoot });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exited = once(child, "exit");
  // The changes of a large transaction reach the disk before it commits.
  await vi.waitFor(() => expect(statSync(`${path}-wal`).size).toBeGreaterThan(1_000_000), 20_000);
  child.kill("SIGKILL");
  await exited;

  new Database(path, [first]).close();
  expect(recordDatabase(path)).toMatchObject({ version: 1, schema: [first] });
  new Database(path, [first, "CREATE TABLE second (id)"]).close();
  expect(recordDatabase(path)).toMatchObject({ version: 2, rows: { second: [] } });
});

it("a request fails if the file was replaced by another program's while the gateway ran", async () => {
  const path = await databasePath();
  const database = new Database(path, MIGRATIONS);
  onTestFinished(() => database.close());
  database.close();
  await writeFile(path, "");
  expect(() => database.prepare("SELECT * FROM keys")).toThrow(/is no longer the database that the gateway opened/);
  expect(await readFile(path, "utf8")).not.toContain("keys");
});
