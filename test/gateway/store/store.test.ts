import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it, onTestFinished } from "vitest";
import { LIVE_KEY } from "../../../gateway/store/keys";
import { type Actor, Store } from "../../../gateway/store/store";

const DAY_MS = 24 * 60 * 60 * 1000;
const admin: Actor = { caller: { id: "mem_1", name: "Ada", role: "admin", keyId: null }, via: "api" };

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "pulumi-dench-store-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

function made(store: Store, name = "key") {
  const result = store.createKey({ name, scopes: undefined, requestId: undefined, by: admin });
  if (result.outcome !== "made") throw new Error("no key was made");
  return result;
}

it("keeps no value or token in clear on disk, but for the sandbox's own secret in a file of mode 0600", async () => {
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

it("finds everything again when it is opened a second time", async () => {
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
  expect(second.liveKeyOf(value)).toEqual({ id: key.id, scopes: key.scopes });
});

it("refuses a key file that is not one", async () => {
  const path = join(await folder(), "gateway.db");
  new Store(path).close();
  await rm(`${path}.key`);
  await writeFile(`${path}.key`, "too short");
  expect(() => new Store(path)).toThrow(/key file/);
});

it("is not held up by the draft of a key file, which a process that died has left", async () => {
  const path = join(await folder(), "gateway.db");
  await writeFile(`${path}.key.new`, "too short");
  new Store(path).close();
  new Store(path).close();
});

it("counts uses by day, and forgets them after thirty", async () => {
  let now = Date.parse("2026-03-01T12:00:00Z");
  const store = new Store(":memory:", () => now);
  onTestFinished(() => store.close());
  const { key } = made(store);
  const use = async (costUsd: number) => {
    await store.usage.recordRequest(key.id);
    await store.usage.recordCost(key.id, costUsd);
  };
  await use(0.5);
  now += DAY_MS;
  await use(0.25);
  await use(0.25);
  expect(store.getKey(key.id)).toMatchObject({ lastUsedAt: now, usage30d: { requests: 3, costUsd: 1 } });
  expect(store.usage.of(key.id, 2).daily).toEqual([
    { date: "2026-03-01", requests: 1, costUsd: 0.5 },
    { date: "2026-03-02", requests: 2, costUsd: 0.5 },
  ]);
  now += 29 * DAY_MS;
  expect(store.getKey(key.id)?.usage30d).toEqual({ requests: 2, costUsd: 0.5 });
  now += DAY_MS;
  expect(store.getKey(key.id)?.usage30d).toEqual({ requests: 0, costUsd: 0 });
});

it("makes values of dg_live_ and 32 letters and digits, no two alike", () => {
  const store = new Store(":memory:");
  onTestFinished(() => store.close());
  const values = Array.from({ length: 200 }, () => made(store).value);
  for (const value of values) expect(value).toMatch(/^dg_live_[A-Za-z0-9]{32}$/);
  expect(new Set(values).size).toBe(values.length);
});

it("shows a use at once, before it is on disk", () => {
  const store = new Store(":memory:");
  onTestFinished(() => store.close());
  const { key } = made(store);
  void store.usage.recordRequest(key.id);
  expect(store.usage.of(key.id, 1).requests).toBe(1);
  void store.usage.recordCost(key.id, 2);
  expect(store.getKey(key.id)?.usage30d).toEqual({ requests: 1, costUsd: 2 });
});

it("has each use on disk when it says so, and the uses of one turn in one commit", async () => {
  const path = join(await folder(), "gateway.db");
  const store = new Store(path);
  onTestFinished(() => store.close());
  const { key } = made(store);
  const other = new DatabaseSync(path);
  onTestFinished(() => other.close());
  const requests = () => other.prepare("SELECT requests FROM usage WHERE key_id = ?").get(key.id)?.["requests"];

  const first = store.usage.recordRequest(key.id);
  const second = store.usage.recordRequest(key.id);
  expect(second).toBe(first);
  expect(requests()).toBeUndefined();
  await first;
  expect(requests()).toBe(2);
});

it("writes the uses that are left when it is closed", async () => {
  const path = join(await folder(), "gateway.db");
  const store = new Store(path);
  const { key } = made(store);
  const written = store.usage.recordRequest(key.id);
  store.close();
  await written;
  const again = new Store(path);
  onTestFinished(() => again.close());
  expect(again.getKey(key.id)?.usage30d.requests).toBe(1);
});

it("finds a live key by one look into an index", async () => {
  const path = join(await folder(), "gateway.db");
  new Store(path).close();
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${LIVE_KEY}`).all(Buffer.alloc(32));
  expect(plan.map((step) => step["detail"])).toEqual([
    expect.stringMatching(/^SEARCH keys USING INDEX \w+ \(value_hash=\?\)$/),
  ]);
});
