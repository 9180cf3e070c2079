import { open } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { expect, it, onTestFinished, vi } from "vitest";
import { type Actor, Store } from "../../../gateway/store/store";
import { temporaryFolder } from "../../support/folder";

const DAY_MS = 24 * 60 * 60 * 1000;
const admin: Actor = { caller: { id: "mem_1", name: "Ada", role: "admin", keyId: null }, via: "api" };

const spent = { costUsd: 2, inputTokens: 30, outputTokens: 4 };
const spending = { ...spent, model: "gpt-5" };

async function file(): Promise<string> {
  const folder = await temporaryFolder();
  return join(folder, "gateway.db");
}

function keyOf(store: Store) {
  const made = store.createKey({ name: "key", scopes: ["models:read"], requestId: undefined, by: admin });
  if (made.outcome !== "made") throw new Error("no key was created");
  return made.key;
}

it("counts usage per day, and shows the last thirty days", async () => {
  let now = Date.parse("2026-03-01T12:00:00Z");
  const store = new Store(":memory:", () => now);
  onTestFinished(() => store.close());
  const key = keyOf(store);
  const use = async (costUsd: number) => {
    await store.usage.recordRequest(key.id, now);
    await store.usage.recordSpending(key.id, now, { model: "gpt-5", costUsd, inputTokens: 10, outputTokens: 1 });
  };
  await use(0.5);
  now += DAY_MS;
  await use(0.25);
  await use(0.25);
  expect(store.getKey(key.id)).toMatchObject({ lastUsedAt: now, usage30d: { requests: 3, costUsd: 1 } });
  expect(store.usage.of(key.id, 2).daily).toEqual([
    { date: "2026-03-01", requests: 1, costUsd: 0.5, inputTokens: 10, outputTokens: 1 },
    { date: "2026-03-02", requests: 2, costUsd: 0.5, inputTokens: 20, outputTokens: 2 },
  ]);
  expect(store.usage.of(key.id, 2)).toMatchObject({ requests: 3, costUsd: 1, inputTokens: 30, outputTokens: 3 });
  now += 29 * DAY_MS;
  expect(store.getKey(key.id)?.usage30d).toEqual({ requests: 2, costUsd: 0.5 });
  now += DAY_MS;
  expect(store.getKey(key.id)?.usage30d).toEqual({ requests: 0, costUsd: 0 });
});

it("keeps the latest use, regardless of the order and process of the writes", async () => {
  const path = await file();
  const [one, other] = [new Store(path), new Store(path)];
  onTestFinished(() => {
    one.close();
    other.close();
  });
  const { id } = keyOf(one);
  for (const [store, at] of [
    [one, 2000],
    [other, 1000],
    [one, 1500],
  ] as const) {
    await store.usage.recordRequest(id, at);
    expect(store.getKey(id)?.lastUsedAt).toBe(2000);
  }
  await Promise.all([one.usage.recordRequest(id, 4000), one.usage.recordRequest(id, 3000)]);
  expect(one.getKey(id)?.lastUsedAt).toBe(4000);
});

it("adds up usage by model, with the ten highest costs, and across restarts", async () => {
  const path = await file();
  const first = new Store(path);
  const { id } = keyOf(first);
  for (let model = 1; model <= 12; model += 1) {
    first.usage.add(id, 1, { model: `model-${model}`, costUsd: model, inputTokens: 1, outputTokens: 1 });
  }
  first.usage.add(id, 5, { model: "model-12", costUsd: 0, inputTokens: 0, outputTokens: 0 });
  first.close();
  const again = new Store(path);
  onTestFinished(() => again.close());
  again.usage.add(id, 2, { model: "model-12", costUsd: 1, inputTokens: 10, outputTokens: 20 });
  const { models, requests } = again.usage.of(id, 1);
  expect(models.map(({ model }) => model)).toEqual(Array.from({ length: 10 }, (_, index) => `model-${12 - index}`));
  expect(models[0]).toEqual({ model: "model-12", requests: 3, costUsd: 13, inputTokens: 11, outputTokens: 21 });
  expect(requests).toBe(19);
});

it("cuts off the names of models, which come from callers", async () => {
  const store = new Store(":memory:");
  onTestFinished(() => store.close());
  const { id } = keyOf(store);
  await store.usage.recordSpending(id, Date.now(), { ...spending, model: "\0".repeat(1000) });
  expect(store.usage.of(id, 1).models.map(({ model }) => model)).toEqual(["\0".repeat(100)]);
});

it("counts a cost on the day of its request, and not as a use", async () => {
  const requestedAt = Date.parse("2026-03-01T23:59:59Z");
  const store = new Store(":memory:", () => requestedAt + DAY_MS);
  onTestFinished(() => store.close());
  const { id } = keyOf(store);
  await store.usage.recordRequest(id, requestedAt);
  await store.usage.recordSpending(id, requestedAt, spending);
  expect(store.getKey(id)?.lastUsedAt).toBe(requestedAt);
  expect(store.usage.of(id, 2).daily).toEqual([
    { date: "2026-03-01", requests: 1, ...spent },
    { date: "2026-03-02", requests: 0, costUsd: 0, inputTokens: 0, outputTokens: 0 },
  ]);
});

it("shows usage before it is on disk", () => {
  const store = new Store(":memory:");
  onTestFinished(() => store.close());
  const key = keyOf(store);
  void store.usage.recordRequest(key.id, Date.now());
  expect(store.usage.of(key.id, 1).requests).toBe(1);
  void store.usage.recordSpending(key.id, Date.now(), spending);
  expect(store.getKey(key.id)?.usage30d).toEqual({ requests: 1, costUsd: 2 });
});

it("resolves when the usage is on disk, and writes the usage of one turn in one commit", async () => {
  const path = await file();
  const store = new Store(path);
  onTestFinished(() => store.close());
  const key = keyOf(store);
  const other = new DatabaseSync(path);
  onTestFinished(() => other.close());
  const requests = () => other.prepare("SELECT requests FROM usage WHERE key_id = ?").get(key.id)?.["requests"];

  const first = store.usage.recordRequest(key.id, Date.now());
  const second = store.usage.recordRequest(key.id, Date.now());
  expect(second).toBe(first);
  expect(requests()).toBeUndefined();
  await first;
  expect(requests()).toBe(2);
});

/** Holds back the confirmations of the disk. Returns a function that gives the oldest one, and waits until there is one. */
async function heldSyncs(path: string): Promise<() => Promise<void>> {
  const file = await open(path);
  const files: typeof file = Object.getPrototypeOf(file);
  await file.close();
  const held: (() => void)[] = [];
  const spy = vi.spyOn(files, "datasync").mockImplementation(() => new Promise((resolve) => void held.push(resolve)));
  onTestFinished(() => spy.mockRestore());
  return async () => {
    await vi.waitFor(() => expect(held).not.toEqual([]), 20_000);
    held.shift()?.();
  };
}

it("resolves after the disk has confirmed the commit, and the usage until then shares the next commit", async () => {
  const path = await file();
  const store = new Store(path);
  onTestFinished(() => store.close());
  const { id } = keyOf(store);
  const confirm = await heldSyncs(path);
  const resolved: string[] = [];
  const first = store.usage.recordRequest(id, 1).then(() => resolved.push("first"));
  await setImmediate();
  await setImmediate();
  const second = store.usage.recordRequest(id, 2);
  await setImmediate();
  expect(store.usage.recordRequest(id, 3)).toBe(second);
  expect(resolved).toEqual([]);
  await confirm();
  await first;
  void second.then(() => resolved.push("second"));
  await setImmediate();
  expect(resolved).toEqual(["first"]);
  await confirm();
  await second;
  expect(store.getKey(id)?.lastUsedAt).toBe(3);
});

it("writes the pending usage when it is closed", async () => {
  const path = await file();
  const store = new Store(path);
  const key = keyOf(store);
  const written = store.usage.recordRequest(key.id, Date.now());
  store.close();
  await written;
  const again = new Store(path);
  onTestFinished(() => again.close());
  expect(again.getKey(key.id)?.usage30d.requests).toBe(1);
});
