import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Key } from "../../../contract/port";
import { type AdoptionOptions, planAdoption, summaryOf } from "../../../provider/inventory/adoption";
import { type ExportedStack, parseExportedState } from "../../../provider/inventory/exported-state";
import type { WorkspaceContent } from "../../../provider/inventory/workspace-content";
import { requestIdFor } from "../../../provider/resources/request-id";
import { ADDITIONAL, PRIMARY } from "../../support/key";

const key = (id: string, more: Partial<Key> = {}): Key => ({ ...ADDITIONAL, id, name: id, ...more });

function plan(keys: readonly Key[], options: Partial<AdoptionOptions> = {}, content: Partial<WorkspaceContent> = {}) {
  const workspace = { id: "org_1", name: "Test", slug: "test" };
  const adoption = planAdoption(
    { workspace, primary: { ...PRIMARY, id: "key_primary" }, keys, ...content },
    { known: [], patterns: [], includesPrimary: false, ...options },
  );
  const { adopted, skipped } = adoption;
  return {
    ids: adopted.map(({ id }) => id),
    names: adopted.map(({ name }) => name),
    skipped: Object.fromEntries(skipped),
    summary: summaryOf(adoption),
  };
}

function known(type: string, name: string, outputs: object): ExportedStack {
  const urn = `urn:pulumi:dev::shop::dench:index:${type}::${name}`;
  const resource = { urn, type: `dench:index:${type}`, id: "key_first", outputs };
  return parseExportedState("dev.json", JSON.stringify({ deployment: { resources: [resource] } }));
}

it("adopts every active key of another origin, oldest first", () => {
  const { ids, skipped } = plan([key("newer", { createdAt: 2 }), key("older", { createdAt: 1 })]);
  expect(ids).toEqual(["older", "newer"]);
  expect(skipped).toEqual({ primary: 1 });
});

it("skips a key that is revoked, or of a status that this version does not know", () => {
  expect(plan([key("a", { status: "revoked" }), key("b", { status: "paused" })])).toMatchObject({
    ids: [],
    skipped: { inactive: 2 },
  });
});

it("skips the current key, the previous one and those to be revoked of a known state, and uses none of its names", () => {
  const state = known("GatewayKey", "ci", { keyId: "now", previousKeyId: "before", revokePending: ["left"] });
  const keys = ["now", "before", "left"].map((id) => key(id));
  const { ids, names, skipped } = plan([...keys, key("CI")], { known: [state] });
  expect([ids, names, skipped]).toEqual([["CI"], ["ci-2"], { known: 3, primary: 1 }]);
});

describe("a key with a request ID", () => {
  it("is skipped if this provider created it, also by the dynamic provider", () => {
    const requestIds = ["urn:pulumi:dev::shop::x", "key_1"].map((from) => requestIdFor(crypto.randomUUID(), from));
    const keys = requestIds.map((requestId, index) => key(String(index), { requestId }));
    expect(plan(keys)).toMatchObject({ ids: [], skipped: { created: 2 } });
  });

  it.each([
    "deploy-17",
    crypto.randomUUID(),
    `${crypto.randomUUID()}:1`,
    // A job and the hash of a commit.
    "deploy:9c2b98f3a1d0e4c5b6a7988776655443322110ff",
  ])("is adopted if another client chose it: %s", (requestId) => {
    expect(plan([key("a", { requestId })]).ids).toEqual(["a"]);
  });
});

describe("the primary sandbox key", () => {
  it("is adopted only on request, by the ID with which it is imported, whatever the pattern", () => {
    expect(plan([]).ids).toEqual([]);
    expect(plan([], { includesPrimary: true, patterns: ["none"] }).ids).toEqual(["primary"]);
  });

  it("is skipped if a known state of this workspace has it, even after a rotation elsewhere", () => {
    const options = { includesPrimary: true };
    const here = known("PrimarySandboxKey", "sandbox", { keyId: "key_old", workspaceId: "org_1" });
    expect(plan([], { ...options, known: [here] })).toMatchObject({ ids: [], skipped: { known: 1 } });
    const elsewhere = known("PrimarySandboxKey", "sandbox", { keyId: "key_old", workspaceId: "org_2" });
    expect(plan([], { ...options, known: [elsewhere] })).toMatchObject({ ids: ["primary"], names: ["sandbox-2"] });
  });

  it("cannot be adopted by a token whose import of it would fail", () => {
    const caller = { id: "mem_1", name: "Ada", role: "member" };
    const workspace = { id: "org_1", name: "Test", slug: "test", caller };
    const refused = { refused: "forbidden" } as const;
    for (const content of [{ workspace }, { primary: refused }]) {
      expect(() => plan([], { includesPrimary: true }, content)).toThrow("requires an admin's token");
      expect(plan([key("a")], {}, content)).toMatchObject({ ids: ["a"], skipped: { primary: 1 } });
    }
  });
});

it("adopts the keys that match one of several patterns", () => {
  const keys = ["ci-a", "ci-b", "web"].map((id) => key(id));
  expect(plan(keys, { patterns: ["ci-*"] })).toMatchObject({ ids: ["ci-a", "ci-b"], skipped: { unmatched: 1 } });
  expect(plan(keys, { patterns: ["ci-a", "w??"] }).ids).toEqual(["ci-a", "web"]);
});

it("names and skips do not depend on the order of the list, and each key is adopted or counted once", () => {
  const someKey = fc.record({
    id: fc.stringMatching(/^[a-z0-9]{1,4}$/),
    name: fc.constantFrom("CI", "ci", "語", "web 1", "web1"),
    createdAt: fc.nat(3),
    status: fc.constantFrom("active", "revoked"),
  });
  const keys = fc.uniqueArray(someKey, { selector: ({ id }) => id });
  const shuffled = keys.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
  );
  fc.assert(
    fc.property(shuffled, ([one, other]) => {
      const full = (list: typeof one) => plan(list.map(({ id, ...more }) => key(id, more)));
      expect(full(one)).toEqual(full(other));
      const { ids, skipped } = full(one);
      expect(ids.length + (skipped["inactive"] ?? 0)).toBe(one.length);
    }),
  );
});

it("the summary counts the keys, and names the reason of each skip", () => {
  const state = known("GatewayKey", "ci", { keyId: "known" });
  const keys = [key("a"), key("known"), key("b", { status: "revoked" }), key("c", { name: "web" })];
  expect(plan(keys, { known: [state], patterns: ["?", "known"] }).summary).toBe(
    "1 of 5 keys to import. Skipped: 1 not matched by --match; 1 not active; 1 in a state of --known; 1 primary sandbox key, which --primary adds.",
  );
  expect(plan([]).summary).toBe("There is no key to import. Skipped: 1 primary sandbox key, which --primary adds.");
});
