import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Key } from "../../../../contract/port";
import { type AuditInput, audit } from "../../../../provider/inventory/audit/audit";
import { parseExportedState } from "../../../../provider/inventory/exported-state";
import { requestIdFor } from "../../../../provider/resources/request-id";
import { type ExportedKey, type ExportedStackOptions, exportedState, urnOf } from "../../../support/exported";
import { ADDITIONAL, PRIMARY } from "../../../support/key";

const NOW = Date.parse("2026-05-01T00:00:00Z");
const DAY_MS = 86_400_000;
const WORKSPACE = { id: "org_1", name: "Acme", slug: "acme" };
const URN = urnOf("shop/dev", "ci");

/** An active key of today, which was never used. */
function key(id: string, fields: Partial<Key> = {}): Key {
  return { ...ADDITIONAL, id, createdAt: NOW, lastUsedAt: null, ...fields };
}

const resource = (keyId: string, fields: Partial<ExportedKey> = {}, outputs: object = {}): ExportedKey => ({
  name: "ci",
  ...fields,
  outputs: { keyId, workspaceId: "org_1", last4: ADDITIONAL.last4, ...outputs },
});

function stack(keys: readonly ExportedKey[], options: ExportedStackOptions & { file?: string } = {}) {
  return parseExportedState(options.file ?? "dev.json", exportedState(keys, options));
}

const primaryKey = key("primary_1", { kind: PRIMARY.kind });

function run(keys: readonly Key[], stacks: AuditInput["stacks"], options: Partial<AuditInput> = {}) {
  return audit({
    content: { workspace: WORKSPACE, keys, primary: primaryKey },
    stacks,
    ignored: new Set(),
    now: NOW,
    unusedMs: 90 * DAY_MS,
    maxAgeMs: 365 * DAY_MS,
    ...options,
  });
}

/** Returns the code, the key and the places of each finding. */
function found(...args: Parameters<typeof run>) {
  return run(...args).findings.map(({ code, key, where }) => ({
    code,
    key: key?.id,
    where: where.map(({ stack, urn }) => urn ?? stack.file),
  }));
}

it("finds nothing if each key is the current or previous one of one resource", () => {
  const state = stack([
    resource("key_2", {}, { previousKeyId: "key_1", previousKeyRevokeAt: "2026-05-02T00:00:00Z" }),
    resource("key_3", { name: "worker", isDynamic: true }),
  ]);
  const { findings, keys, notCompared } = run(
    [key("key_3"), key("key_2"), key("key_1"), key("key_0", { status: "revoked" })],
    [state],
  );
  expect([findings, notCompared]).toEqual([[], []]);
  expect(
    keys.map(({ key, holders }) => [key.id, holders.map(({ role, resource }) => [role, resource.isDynamic])]),
  ).toEqual([
    ["primary_1", []],
    ["key_3", [["current", true]]],
    ["key_2", [["current", false]]],
    ["key_1", [["previous", false]]],
  ]);
});

describe("a key that no state has", () => {
  const instance = randomUUID();
  const requestId = (predecessor: string) => requestIdFor(instance, predecessor);
  const state = stack([resource("key_1")], { instance });
  const existing = key("key_1");

  it("is unmanaged if no provider created it", () => {
    expect(found([key("key_2", { requestId: "by hand" }), existing], [state])).toEqual([
      { code: "unmanaged", key: "key_2", where: [] },
    ]);
  });

  it("is an orphan of the resource whose key it replaces, also after several interrupted runs", () => {
    const first = key("key_2", { requestId: requestId("key_1") });
    const second = key("key_3", { requestId: requestId("key_2") });
    const { findings } = run([second, first, existing], [state]);
    expect(findings).toMatchObject([
      { code: "orphan", key: { id: "key_3" }, where: [{ urn: URN }] },
      { code: "orphan", key: { id: "key_2" }, where: [{ urn: URN }] },
    ]);
    expect(findings[0]?.advice).toMatch(/^Run `pulumi up` in shop\/dev, which revokes it when it creates the next key/);
  });

  it("is an orphan of the stack if the state does not have the resource", () => {
    const { findings } = run([key("key_2", { requestId: requestId(urnOf("shop/dev", "new")) }), existing], [state]);
    expect(findings).toMatchObject([{ code: "orphan", where: [{ urn: undefined }] }]);
    expect(findings[0]?.advice).toContain("which revokes it if the program still creates its resource");
  });

  it("is revoked by no update if it was used", () => {
    const { findings } = run([key("key_2", { requestId: requestId("key_1"), lastUsedAt: NOW }), existing], [state]);
    expect(findings[0]?.advice).toMatch(/^Revoke it at Settings/);
  });

  it("has an unknown origin if no state has the provider instance", () => {
    const orphan = key("key_2", { requestId: requestIdFor(randomUUID(), "key_1") });
    expect(found([orphan, existing], [state])).toEqual([{ code: "orphan_of_unknown_stack", key: "key_2", where: [] }]);
  });

  it("is no finding if it is revoked, or the primary key", () => {
    expect(found([key("key_2", { status: "revoked" }), existing], [state])).toEqual([]);
  });
});

describe("two owners are found", () => {
  const production = stack([resource("key_1")], { name: "shop/production", file: "production.json" });
  const other = urnOf("shop/production", "ci");

  it("in two stacks", () => {
    expect(found([key("key_1")], [stack([resource("key_1")]), production])).toEqual([
      { code: "two_owners", key: "key_1", where: [URN, other] },
    ]);
  });

  it("in one stack, and if one of them has it as its previous key or is pending deletion", () => {
    const state = stack([
      resource("key_1"),
      resource("key_2", { name: "b" }, { previousKeyId: "key_1" }),
      resource("key_1", { name: "c", isPendingDelete: true }),
    ]);
    expect(found([key("key_2"), key("key_1")], [state])[0]).toEqual({
      code: "two_owners",
      key: "key_1",
      where: [URN, urnOf("shop/dev", "b"), urnOf("shop/dev", "c")],
    });
  });

  it("of the primary key", () => {
    const primary = (name: string) => resource("primary_1", { name, type: "PrimarySandboxKey" });
    expect(found([], [stack([primary("a"), primary("b")])])).toMatchObject([{ code: "two_owners", key: "primary_1" }]);
  });

  it("unless the key is revoked", () => {
    expect(found([key("key_1", { status: "revoked" })], [stack([resource("key_1")]), production])).toEqual([
      { code: "revoked_in_state", key: "key_1", where: [URN] },
      { code: "revoked_in_state", key: "key_1", where: [other] },
    ]);
  });
});

describe("two exports of one stack", () => {
  const instance = randomUUID();
  const older = stack([resource("key_1")], { instance, file: "older.json", writtenAt: "2026-04-01T00:00:00Z" });
  const newer = stack([resource("key_2")], { instance, file: "newer.json" });
  const keys = [key("key_2"), key("key_1", { status: "revoked" })];

  it.each([[[older, newer]], [[newer, older]]])("are one finding, and only the newer one is compared", (stacks) => {
    const { findings, stacks: compared } = run(keys, stacks);
    expect(findings).toMatchObject([
      { code: "exported_twice", where: [{ stack: { file: "newer.json" } }, { stack: { file: "older.json" } }] },
    ]);
    expect(compared).toEqual([newer]);
  });

  it("are recognized by their keys if they have no provider instance in common", () => {
    const copies = ["a.json", "b.json"].map((file) => stack([resource("key_2")], { file }));
    expect(found(keys, copies)).toEqual([{ code: "exported_twice", key: undefined, where: ["b.json", "a.json"] }]);
  });

  it("are not confused with two stacks of the same name in two back ends", () => {
    const [a, b] = [stack([resource("key_1")], { file: "a.json" }), stack([resource("key_2")], { file: "b.json" })];
    const { findings, usage } = run([key("key_2"), key("key_1")], [a, b]);
    expect(findings).toEqual([]);
    expect(usage.stacks.map(({ stack }) => stack.file)).toEqual(["a.json", "b.json"]);
  });
});

it.each<[string, Key[], ExportedKey, string]>([
  ["the current key is revoked", [key("key_1", { status: "revoked" })], resource("key_1"), "revoked_in_state"],
  [
    "the current key has an unknown status",
    [key("key_1", { status: "paused" })],
    resource("key_1"),
    "revoked_in_state",
  ],
  ["the workspace does not have the current key", [], resource("key_1"), "missing_key"],
  ["the current key has another value", [key("key_1", { last4: "wxyz" })], resource("key_1"), "changed_key"],
  ["the primary key was rotated elsewhere", [], resource("primary_0", { type: "PrimarySandboxKey" }), "changed_key"],
  [
    "the primary key was rotated elsewhere under the same ID",
    [],
    resource("primary_1", { type: "PrimarySandboxKey" }, { last4: "wxyz" }),
    "changed_key",
  ],
  [
    "the previous key is active after its time",
    [key("key_2"), key("key_1")],
    resource("key_2", {}, { previousKeyId: "key_1", previousKeyRevokeAt: "2026-04-30T00:00:00Z" }),
    "previous_key_overdue",
  ],
  [
    "a key could not be revoked",
    [key("key_2"), key("key_1")],
    resource("key_2", {}, { revokePending: ["key_1"] }),
    "revoke_pending",
  ],
  [
    "a key could not be revoked, but is by now",
    [key("key_2"), key("key_1", { status: "revoked" })],
    resource("key_2", {}, { revokePending: ["key_1"] }),
    "revoke_pending",
  ],
  ["the resource is pending deletion", [key("key_1")], resource("key_1", { isPendingDelete: true }), "pending_delete"],
  [
    "the key is not used",
    [key("key_1", { createdAt: NOW - 200 * DAY_MS, lastUsedAt: NOW - 91 * DAY_MS })],
    resource("key_1"),
    "unused",
  ],
  ["the key was never used", [key("key_1", { createdAt: NOW - 91 * DAY_MS })], resource("key_1"), "unused"],
  ["the key is old", [key("key_1", { createdAt: NOW - 366 * DAY_MS, lastUsedAt: NOW })], resource("key_1"), "old"],
  ["a scope is misspelled", [key("key_1", { scopes: ["model:read"] })], resource("key_1"), "misspelled_scope"],
  ["the state is of another workspace", [], resource("key_1", {}, { workspaceId: "org_2" }), "other_workspace"],
])("reports one finding with its code if %s", (_what, keys, declared, code) => {
  const { findings } = run(keys, [stack([declared])]);
  expect(findings.map((finding) => finding.code)).toEqual([code]);
  const [{ message = "", advice = "" } = {}] = findings;
  for (const sentence of [message, advice]) expect(sentence).toMatch(/^[A-Z].+\.$/);
});

describe("reports no finding if", () => {
  it("the use and the age are within the limits, or not checked", () => {
    const edge = key("key_1", { createdAt: NOW - 365 * DAY_MS, lastUsedAt: NOW - 90 * DAY_MS });
    expect(found([edge], [stack([resource("key_1")])])).toEqual([]);
    const ancient = key("key_1", { createdAt: 0 });
    const off = { unusedMs: undefined, maxAgeMs: undefined };
    expect(found([ancient], [stack([resource("key_1")])], off)).toEqual([]);
  });

  it("the previous key is unused and old, or revoked already", () => {
    const state = stack([
      resource("key_2", {}, { previousKeyId: "key_1", previousKeyRevokeAt: "2026-05-02T00:00:00Z" }),
    ]);
    expect(found([key("key_2"), key("key_1", { createdAt: 0 })], [state])).toEqual([]);
    const due = stack([resource("key_2", {}, { previousKeyId: "key_1", previousKeyRevokeAt: "2026-04-01T00:00:00Z" })]);
    expect(found([key("key_2"), key("key_1", { status: "revoked" })], [due])).toEqual([]);
  });

  it("a scope is unlike the known ones", () => {
    expect(found([key("key_1", { scopes: ["files:write"] })], [stack([resource("key_1")])])).toEqual([]);
  });

  it("its code is ignored, which is counted", () => {
    const { findings, ignored } = run([key("key_1")], [], { ignored: new Set(["unmanaged"]) });
    expect([findings, ignored]).toEqual([[], 1]);
  });
});

it("lists errors first", () => {
  const state = stack([resource("key_1", { name: "a", isPendingDelete: true }), resource("key_2", { name: "b" })]);
  expect(found([key("key_1"), key("key_3")], [state]).map(({ code }) => code)).toEqual([
    "missing_key",
    "unmanaged",
    "pending_delete",
  ]);
});

describe("says what it could not compare:", () => {
  it("a primary key that the token may not read, which is then neither changed nor missing", () => {
    const content = { workspace: WORKSPACE, keys: [], primary: { refused: "admin_required" as const } };
    const state = stack([resource("primary_0", { type: "PrimarySandboxKey" })]);
    const { findings, notCompared } = run([], [state], { content });
    expect(findings).toEqual([]);
    expect(notCompared).toEqual(["The token may not read the primary sandbox key, so that key was not compared."]);
  });

  it("keys whose last use the API does not report", () => {
    const { lastUsedAt: _unreported, ...old } = key("key_1", { createdAt: NOW - 200 * DAY_MS });
    const { findings, notCompared } = run([old], [stack([resource("key_1")])]);
    expect(findings).toEqual([]);
    expect(notCompared).toEqual(["The API does not report the last use of 1 key, which may be unused."]);
  });
});

it("counts the usage of each key once: of its stack, also after a rotation, or of no stack", () => {
  const used = (requests: number) => ({ usage30d: { requests, costUsd: requests / 100 } });
  const instance = randomUUID();
  const dev = stack([resource("key_2"), resource("key_3", { name: "b" })], { instance });
  const twin = stack([resource("key_3"), resource("key_4", { name: "b" })], { name: "site/dev", file: "site.json" });
  const { usage } = run(
    [
      key("key_6", { status: "revoked", ...used(32) }),
      key("key_5", used(16)),
      key("key_4", used(8)),
      key("key_3", used(4)),
      key("key_2", used(2)),
      key("key_1", { status: "revoked", requestId: requestIdFor(instance, URN), ...used(1) }),
    ],
    [dev, twin],
  );
  const group = (activeKeys: number, requests: number) => ({
    activeKeys,
    requests,
    costUsd: expect.closeTo(requests / 100),
  });
  expect(usage).toEqual({
    stacks: [
      { stack: dev, usage: group(2, 7) },
      { stack: twin, usage: group(1, 8) },
    ],
    environments: new Map([["dev", group(3, 15)]]),
    unmanaged: group(1, 16),
    primary: group(1, 0),
    revoked: group(0, 32),
    total: group(5, 63),
  });
});
