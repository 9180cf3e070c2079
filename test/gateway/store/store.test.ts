import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { ORIGINS } from "../../../gateway/store/activity";
import { LIVE_KEY } from "../../../gateway/store/keys";
import { type Actor, Store } from "../../../gateway/store/store";
import { temporaryFolder } from "../../support/folder";

const admin: Actor = { caller: { id: "mem_1", name: "Ada", role: "admin", keyId: null }, via: "api" };

async function folder(): Promise<string> {
  const path = await temporaryFolder();
  return path;
}

/** Returns the bytes and the mode of each file of a database. */
async function contentOf(path: string) {
  const names = await readdir(dirname(path));
  return Promise.all(
    names.sort().map(async (name) => {
      const file = join(dirname(path), name);
      const { mode } = await stat(file);
      return [name, mode, await readFile(file).catch((error: unknown) => error)];
    }),
  );
}

function made(store: Store, name = "key") {
  const result = store.createKey({ name, scopes: ["models:read"], requestId: undefined, by: admin });
  if (result.outcome !== "made") throw new Error("no key was created");
  return result;
}

it("stores no key value or token in plain text, except the sandbox secret in a file with mode 0600", async () => {
  const path = await folder();
  const store = new Store(join(path, "gateway.db"));
  const values = [
    made(store).value,
    store.revealPrimaryKey(admin).value,
    store.members.first("admin").token,
    store.members.first("member").token,
  ];
  store.close();
  expect(await readdir(path)).toContain("sandbox.env");
  expect((await stat(join(path, "sandbox.env"))).mode & 0o777).toBe(0o600);
  for (const file of (await readdir(path)).filter((name) => name !== "sandbox.env")) {
    const bytes = await readFile(join(path, file));
    for (const value of values) expect(bytes.includes(value), file).toBe(false);
  }
  expect((await stat(join(path, "gateway.db.key"))).mode & 0o777).toBe(0o600);
});

it("has the same data when it is reopened", async () => {
  const path = join(await folder(), "gateway.db");
  const first = new Store(path);
  const { key, value } = made(first);
  const before = [
    first.workspace,
    first.members.first("admin").token,
    first.members.first("member").token,
    first.revealPrimaryKey(admin),
  ];
  first.close();

  const second = new Store(path);
  onTestFinished(() => second.close());
  const after = [
    second.workspace,
    second.members.first("admin").token,
    second.members.first("member").token,
    second.revealPrimaryKey(admin),
  ];
  expect(after).toEqual(before);
  expect(second.liveKeyOf(value)).toMatchObject({ id: key.id, scopes: key.scopes });
});

describe("a key file that cannot open the secrets of its database is refused, and nothing is changed:", () => {
  it.each<[string, RegExp, (path: string) => Promise<void>]>([
    ["a missing one", /is missing/, async () => {}],
    ["a short one", /has 9 bytes instead of 32/, (path) => writeFile(path, "too short")],
    ["an empty one", /has 0 bytes instead of 32/, (path) => writeFile(path, "")],
    ["one of another database", /belongs to another database/, (path) => writeFile(path, randomBytes(32))],
    ["one that is not readable", /is not readable \(EISDIR/, (path) => mkdir(path)],
  ])("%s", async (_what, problem, make) => {
    const path = join(await folder(), "gateway.db");
    new Store(path).close();
    await rm(`${path}.key`);
    await make(`${path}.key`);
    const before = await contentOf(path);
    const open = () => new Store(path);
    expect(open).toThrow(problem);
    expect(open).toThrow(`the key file ${path}.key`);
    expect(open).toThrow("Restore the key file from a backup, or move both files away");
    expect(await contentOf(path)).toEqual(before);
  });
});

it("a short key file next to a new database is refused and not replaced", async () => {
  const path = join(await folder(), "gateway.db");
  await writeFile(`${path}.key`, "too short");
  expect(() => new Store(path)).toThrow("has 9 bytes instead of 32");
  expect(await readFile(`${path}.key`, "utf8")).toBe("too short");
});

it("a draft that a killed process left behind does not prevent a start", async () => {
  const path = join(await folder(), "gateway.db");
  await writeFile(`${path}.key.0123456789ab.new`, "too short");
  new Store(path).close();
  new Store(path).close();
});

it("creates unique values of dg_live_ and 32 letters and digits", () => {
  const store = new Store(":memory:");
  onTestFinished(() => store.close());
  const values = Array.from({ length: 200 }, () => made(store).value);
  for (const value of values) expect(value).toMatch(/^dg_live_[A-Za-z0-9]{32}$/);
  expect(new Set(values).size).toBe(values.length);
});

it("finds an active key with a single index lookup", async () => {
  const path = join(await folder(), "gateway.db");
  new Store(path).close();
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${LIVE_KEY}`).all(Buffer.alloc(32));
  expect(plan.map((step) => step["detail"])).toEqual([
    expect.stringMatching(/^SEARCH keys USING INDEX \w+ \(value_hash=\?\)$/),
  ]);
});

it("looks up how a page of keys was created by an index, however many entries the activity has", async () => {
  const path = join(await folder(), "gateway.db");
  new Store(path).close();
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${ORIGINS}`).all("[]");
  expect(plan.map((step) => step["detail"])).toContain("SEARCH activity USING INDEX activity_by_key (key_id=?)");
});

it("reports on each rotation whether the sandbox has the new key value", async () => {
  const path = await folder();
  const data = join(path, "gateway.db");
  const store = new Store(data);
  const rotate = (requestId: string) => {
    const made = store.rotatePrimaryKey({ requestId, by: admin });
    return made.outcome === "made" ? made.sandboxUpdated : undefined;
  };
  expect([rotate("r1"), rotate("r1")]).toEqual([true, true]);
  await writeFile(join(path, "sandbox.env"), "OF=another\n");
  expect([rotate("r2"), rotate("r2")]).toEqual([false, false]);
  await rm(join(path, "sandbox.env"));
  expect([rotate("r3"), rotate("r3")]).toEqual([true, true]);
  store.close();
});
