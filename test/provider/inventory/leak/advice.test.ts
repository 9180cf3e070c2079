import { describe, expect, it } from "vitest";
import type { Key } from "../../../../contract/port";
import { Origins } from "../../../../provider/inventory/audit/orphans";
import { type ExportedStack, parseExportedState } from "../../../../provider/inventory/exported-state";
import { holdersByKey } from "../../../../provider/inventory/holders";
import { type AdviceInput, adviceFor } from "../../../../provider/inventory/leak/advice";
import { decide, type Situation } from "../../../../provider/resources/gateway-key/decide";
import type { GatewayKeyState } from "../../../../provider/resources/gateway-key/fields";
import { requestIdFor } from "../../../../provider/resources/request-id";
import { type ExportedKey, exportedState, urnOf } from "../../../support/exported";
import { ADDITIONAL, PRIMARY, STATE_OF_KEY } from "../../../support/key";

const INSTANCE = crypto.randomUUID();
const NOW = Date.parse("2026-06-01T00:00:00Z");
const URN = urnOf("shop/dev", "ci");

function stackOf(outputs: object = {}, resource: Partial<ExportedKey> = {}): ExportedStack {
  const key = { name: "ci", ...resource, outputs: { keyId: "key_1", ...outputs } };
  return parseExportedState("dev.json", exportedState([key], { instance: INSTANCE }));
}

function advice(changes: Partial<Key>, stacks: readonly ExportedStack[] = [], input: Partial<AdviceInput> = {}) {
  const key = { ...ADDITIONAL, ...changes };
  return adviceFor({
    key,
    holders:
      holdersByKey(
        stacks.flatMap(({ keys }) => keys),
        PRIMARY.id,
      ).get(key.id) ?? [],
    origin: new Origins([key], stacks).of(key),
    hasStates: stacks.length > 0,
    ownTokenSource: undefined,
    ...input,
  });
}

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
    expect(advice({}, [stackOf(state)])).toMatchObject({ kind: "set_compromised", urn: URN });
    const { value, notes } = decided({ rotation: { overlap: "24h" }, keepIfUsedWithin: "1h", compromised: "INC-1" });
    expect(value).toBe("end");
    const text = notes.map((note) => note.text).join();
    for (const id of ["key_0", "key_1"]) expect(text).toMatch(new RegExp(`revokes .*${id} \\(…alue\\).* now`));
  });

  it("is revoked by the change that is advised for a previous key, which keeps the current one", () => {
    expect(advice({ id: "key_0" }, [stackOf(state)])).toMatchObject({ kind: "end_overlap", urn: URN });
    expect(decided({ rotation: { overlap: "0s" } })).toMatchObject({ value: "keep", revokesPrevious: true });
  });

  it.each<[string, string, ExportedStack]>([
    ["could not be revoked yet", "key_9", stackOf({ revokePending: ["key_9"] })],
    ["is deleted by the next update", "key_1", stackOf({}, { isPendingDelete: true })],
  ])("needs only an update if it %s", (_what, id, stack) => {
    expect(advice({ id }, [stack])).toMatchObject({
      kind: "update",
      urn: URN,
      text: expect.stringContaining("shop/dev"),
    });
  });

  it("is advised as current if another stack has it as its previous key", () => {
    const other = stackOf({ keyId: "key_2", previousKeyId: "key_1" }, { name: "other" });
    expect(advice({}, [other, stackOf()])).toMatchObject({ kind: "set_compromised", urn: URN });
  });

  it("is shown with its whole URN", () => {
    const name = "a".repeat(200);
    expect(advice({}, [stackOf({}, { name })]).text).toContain(urnOf("shop/dev", name));
  });
});

const CREATED_BY_PROVIDER = { requestId: requestIdFor(INSTANCE, "key_0") };

it.each<[string, Partial<Key>, ExportedStack[], string]>([
  ["rotating the primary key that no stack manages", PRIMARY, [], "rotate_primary"],
  ["revoking a key that was made by hand", {}, [stackOf({ keyId: "other" })], "revoke"],
  ["revoking a key that an interrupted run left behind", CREATED_BY_PROVIDER, [stackOf({ keyId: "other" })], "revoke"],
  ["passing the state of the stack that created a key", CREATED_BY_PROVIDER, [], "pass_states"],
  ["nothing if the key is revoked", { status: "revoked" }, [stackOf()], "none"],
])("advises %s", (_what, key, stacks, kind) => {
  expect(advice(key, stacks).kind).toBe(kind);
});

it("says since when a key is revoked, and that a stack may manage a key if no state was given", () => {
  expect(advice({ status: "revoked", revokedAt: NOW }).text).toContain("since 2026-06-01T00:00:00Z");
  expect(advice({}).text).toContain("No state was given");
  expect(advice({}, [stackOf({ keyId: "other" })]).text).not.toContain("No state was given");
});

it("advises to set another token first if the leaked key is the token", () => {
  const ownTokenSource = "the environment variable DENCH_API_KEY";
  expect(advice({}, [], { ownTokenSource })).toMatchObject({
    kind: "revoke",
    text: expect.stringContaining(`the token from ${ownTokenSource}: first set another token there`),
  });
});
