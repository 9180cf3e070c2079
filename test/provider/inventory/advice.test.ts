import { describe, expect, it } from "vitest";
import type { Key } from "../../../contract/port";
import { adviceFor } from "../../../provider/inventory/advice";
import { type ExportedStack, parseExportedState } from "../../../provider/inventory/exported-state";
import { holdersOf } from "../../../provider/inventory/holders";
import { decide, type Situation } from "../../../provider/resources/gateway-key/decide";
import type { GatewayKeyState } from "../../../provider/resources/gateway-key/fields";
import { requestIdFor } from "../../../provider/resources/request-id";
import { ADDITIONAL, PRIMARY, STATE_OF_KEY } from "../../support/key";

const INSTANCE = crypto.randomUUID();
const NOW = Date.parse("2026-06-01T00:00:00Z");
const URN = "urn:pulumi:dev::shop::dench:index:GatewayKey::ci";

/** Returns the state of a stack with one resource. */
function stackOf(outputs: object, resource: object = {}): ExportedStack {
  const type = "dench:index:GatewayKey";
  const one = { urn: URN, type, id: "key_1", outputs: { keyId: "key_1", ...outputs }, ...resource };
  const provider = {
    urn: "urn:pulumi:dev::shop::pulumi:providers:dench::default",
    type: "pulumi:providers:dench",
    id: INSTANCE,
  };
  return parseExportedState("dev.json", JSON.stringify({ deployment: { resources: [provider, one] } }));
}

function advice(key: Partial<Key>, ...stacks: ExportedStack[]) {
  const leaked = { ...ADDITIONAL, ...key };
  return adviceFor({ key: leaked, holders: holdersOf(leaked, stacks), ownTokenSource: undefined }, stacks);
}

const CREATED_BY_PULUMI = { requestId: requestIdFor(INSTANCE, "key_0") };

describe("a key that a stack manages", () => {
  const state: GatewayKeyState = {
    ...STATE_OF_KEY,
    key: "value",
    createdAt: new Date(NOW - 3_600_000).toISOString(),
    rotation: { overlap: "24h" },
    keepIfUsedWithin: "1h",
    previousKey: "old",
    previousKeyId: "key_0",
    previousKeyRevokeAt: new Date(NOW + 82_800_000).toISOString(),
  };
  const previous = { key: { ...ADDITIONAL, id: "key_0", lastUsedAt: NOW } };
  const decided = (inputs: Partial<Situation["inputs"]>) =>
    decide({ state, inputs: { name: "CI", ...inputs }, status: "active", previous, now: NOW });

  it("is revoked by the change that is advised for a current key, with the previous one, although both are in use", () => {
    expect(advice({}, stackOf(state))).toMatchObject({ kind: "set_compromised", urn: URN });
    const { value, notes } = decided({ rotation: { overlap: "24h" }, keepIfUsedWithin: "1h", compromised: "INC-1" });
    expect(value).toBe("end");
    const text = notes.map((note) => note.text).join();
    for (const id of ["key_0", "key_1"]) expect(text).toMatch(new RegExp(`revokes .*${id} \\(…alue\\).* now`));
  });

  it("is revoked by the change that is advised for a previous key, which keeps the current one", () => {
    expect(advice({ id: "key_0" }, stackOf(state))).toMatchObject({ kind: "end_overlap", urn: URN });
    expect(decided({ rotation: { overlap: "0s" } })).toMatchObject({ value: "keep", revokesPrevious: true });
  });

  it.each([
    ["could not be revoked yet", { id: "key_9" }, stackOf({ revokePending: ["key_9"] })],
    ["is deleted by the next update", {}, stackOf({}, { delete: true })],
  ])("needs only an update if it %s", (_what, key, stack) => {
    expect(advice(key, stack)).toMatchObject({ kind: "update", text: expect.stringContaining("shop/dev") });
  });

  it("is treated as current if two stacks have it and one has it as its previous key", () => {
    expect(advice({}, stackOf({ keyId: "key_2", previousKeyId: "key_1" }), stackOf({})).kind).toBe("set_compromised");
  });
});

it("advises to set compromised on the resource of the primary key, even if the state has an earlier key", () => {
  const type = "dench:index:PrimarySandboxKey";
  const stack = stackOf({ keyId: "key_earlier" }, { type });
  const { kind, urn } = adviceFor({ key: PRIMARY, holders: holdersOf(PRIMARY, [stack]), ownTokenSource: undefined }, [
    stack,
  ]);
  expect([kind, urn]).toEqual(["set_compromised", URN]);
});

it.each<[string, Partial<Key>, ExportedStack[], string]>([
  ["rotating the primary key that no stack manages", PRIMARY, [], "rotate_primary"],
  ["revoking a key that was made by hand", {}, [stackOf({ keyId: "other" })], "revoke"],
  ["revoking a key that an interrupted run left behind", CREATED_BY_PULUMI, [stackOf({ keyId: "other" })], "revoke"],
  ["passing the state of the stack that created a key", CREATED_BY_PULUMI, [], "pass_states"],
  ["nothing if the key is revoked", { status: "revoked" }, [stackOf({})], "none"],
])("advises %s", (_what, key, stacks, kind) => {
  expect(advice(key, ...stacks).kind).toBe(kind);
});

it("says since when a key is revoked", () => {
  expect(advice({ status: "revoked", revokedAt: NOW }).text).toContain("2026-06-01T00:00:00Z");
});

it("advises to replace the token first if the leaked key is the token", () => {
  const source = "the environment variable DENCH_API_KEY";
  const { kind, text } = adviceFor({ key: ADDITIONAL, holders: [], ownTokenSource: source }, []);
  expect([kind, text]).toEqual(["revoke", expect.stringContaining(`the token from ${source}: first set another`)]);
});
