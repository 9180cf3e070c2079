import { describe, expect, it } from "vitest";
import type { Key } from "../../../../contract/port";
import { decide, type Situation } from "../../../../provider/resources/primary-sandbox-key/decide";
import type {
  PrimarySandboxKeyInputs,
  PrimarySandboxKeyState,
} from "../../../../provider/resources/primary-sandbox-key/fields";
import { timestamp } from "../../../../provider/values/duration";
import { type PreviewedFields, UNKNOWN } from "../../../../provider/values/unknown";
import { PRIMARY } from "../../../support/key";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse("2026-06-01T00:00:00Z");
const ago = (ms: number) => timestamp(NOW - ms);

type Inputs = PreviewedFields<PrimarySandboxKeyInputs>;

const LIVE: Key = { ...PRIMARY, createdAt: NOW - DAY };
const STATE: PrimarySandboxKeyState = {
  key: "value",
  keyId: LIVE.id,
  workspaceId: "org_1",
  prefix: LIVE.prefix,
  last4: LIVE.last4,
  scopes: [],
  createdAt: ago(DAY),
};
/** The key after someone rotated it elsewhere. */
const OTHER: Key = { ...LIVE, id: "key_2", last4: "ther", createdAt: NOW - HOUR };

interface Changes {
  readonly state?: Partial<PrimarySandboxKeyState>;
  readonly inputs?: Inputs;
  readonly live?: Situation["live"];
}

const decided = ({ state = {}, inputs = {}, live = LIVE }: Changes, hidesIncident = false) =>
  decide({ state: { ...STATE, ...state }, inputs, live, now: NOW, hidesIncident });
const paths = (of: Changes) => decided(of).differences.map(({ path, kind }) => `${kind} ${path}`);
const rotation = (of: object) => ({ rotation: of });
const team = (value: unknown) => rotation({ triggers: { team: value } });

describe("the key is rotated and its new value revealed for", () => {
  it.each<[string, Changes, string[], string]>([
    [
      "a trigger that changed",
      { state: team("1"), inputs: team("2") },
      ["update rotation.triggers.team"],
      "rotation trigger team changed",
    ],
    [
      "an unknown trigger",
      { state: team("1"), inputs: team(UNKNOWN) },
      ["update rotation.triggers.team"],
      "rotation trigger team changed",
    ],
    [
      "unknown triggers",
      { state: team("1"), inputs: rotation({ triggers: UNKNOWN }) },
      ["update rotation.triggers"],
      "the rotation triggers may change",
    ],
    [
      "an unknown rotation",
      { state: team("1"), inputs: { rotation: UNKNOWN } },
      ["update rotation"],
      "the rotation triggers may change",
    ],
    [
      "an age that is reached",
      {
        state: { ...rotation({ after: "30d" }), createdAt: ago(31 * DAY) },
        inputs: rotation({ after: "30d" }),
        live: { ...LIVE, createdAt: NOW - 31 * DAY },
      },
      ["update rotation.after"],
      "key is 31 days old, rotation.after is 30d",
    ],
    [
      "an age that is reached according to the state, if the key was not read",
      {
        state: { ...rotation({ after: "30d" }), createdAt: ago(31 * DAY) },
        inputs: rotation({ after: "30d" }),
        live: "not read",
      },
      ["update rotation.after"],
      "key is 31 days old, rotation.after is 30d",
    ],
    ["an incident", { inputs: { compromised: "INC-1" } }, ["add compromised"], "compromised is INC-1"],
    [
      "a further incident",
      { state: { compromised: "INC-1" }, inputs: { compromised: "INC-2" } },
      ["update compromised"],
      "compromised is INC-2",
    ],
    ["an unknown incident", { inputs: { compromised: UNKNOWN } }, ["add compromised"], "compromised is set or changed"],
  ])("%s", (_what, of, differences, reason) => {
    expect(decided(of)).toMatchObject({
      action: "rotate",
      value: UNKNOWN,
      note: `${reason}: rotates the key, which revokes key_1 (…alue) now`,
    });
    expect(paths(of)).toEqual(differences);
  });
});

describe("the key and its value do not change for", () => {
  it.each<[string, Changes, string[]]>([
    ["the same inputs", { state: team("1"), inputs: team("1") }, []],
    ["a trigger that is added", { inputs: team("1") }, ["add rotation"]],
    ["a trigger that is removed", { state: team("1") }, ["delete rotation"]],
    [
      "an age that is not reached",
      { state: rotation({ after: "30d" }), inputs: rotation({ after: "2d" }) },
      ["update rotation.after"],
    ],
    [
      "an incident that is emptied",
      { state: { compromised: "INC-1" }, inputs: { compromised: "" } },
      ["update compromised"],
    ],
    ["an incident that is removed", { state: { compromised: "INC-1" } }, ["delete compromised"]],
    ["a change of waitUntilReady", { inputs: { waitUntilReady: true } }, ["add waitUntilReady"]],
    ["a key that was not read", { live: "not read" }, []],
  ])("%s", (_what, of, differences) => {
    expect(decided(of)).toMatchObject({ action: "keep", value: "value", reasons: [], note: undefined });
    expect(paths(of)).toEqual(differences);
  });
});

describe("a key that was rotated elsewhere", () => {
  it.each<[string, Partial<Key>]>([
    ["ID", { id: "key_2" }],
    ["prefix", { prefix: "dg_test_" }],
    ["last four characters", { last4: "ther" }],
    ["time of creation", { createdAt: NOW - HOUR }],
  ])("is detected by its %s, adopted without a change, and its value is revealed", (_what, change) => {
    const of = { live: { ...LIVE, ...change } };
    expect(decided(of)).toMatchObject({ action: "adopt", value: UNKNOWN, reasons: [] });
    expect(paths(of)).toEqual(["update keyId"]);
  });

  it("is reported in the plan", () => {
    expect(decided({ live: OTHER }).note).toBe("rotated outside of this program: key_2 (…ther) replaces key_1 (…alue)");
  });

  it("is not rotated for the age of the key that it replaces", () => {
    const after = rotation({ after: "30d" });
    const of = { state: { ...after, createdAt: ago(31 * DAY) }, inputs: after, live: OTHER };
    expect(decided(of)).toMatchObject({ action: "adopt", reasons: [] });
  });

  it("is rotated for a trigger in place of the key in the state, so that an interrupted rotation is not repeated", () => {
    const of = { state: team("1"), inputs: team("2"), live: OTHER };
    expect(decided(of)).toMatchObject({ action: "rotate", replaced: { keyId: "key_1" } });
    expect(paths(of)).toEqual(["update rotation.triggers.team", "update keyId"]);
  });

  it.each<[string, Inputs, string]>([
    ["incident", { compromised: "INC-1" }, "compromised is INC-1"],
    ["age", rotation({ after: "1h" }), "key is 1 hour old, rotation.after is 1h"],
  ])("is the key that an %s rotates", (_what, inputs, reason) => {
    expect(decided({ inputs, live: OTHER })).toMatchObject({
      action: "rotate",
      replaced: { keyId: "key_2", last4: "ther" },
      note: `${reason}: rotates the key, which revokes key_2 (…ther) now`,
    });
  });
});

describe("the value", () => {
  const WITHOUT = { key: undefined };

  it.each<[string, Changes, unknown, string[]]>([
    ["is removed when reveal becomes false", { inputs: { reveal: false } }, undefined, ["add reveal"]],
    ["stays absent without reveal", { state: { ...WITHOUT, reveal: false }, inputs: { reveal: false } }, undefined, []],
    [
      "stays absent without reveal when the key was rotated elsewhere",
      { state: { ...WITHOUT, reveal: false }, inputs: { reveal: false }, live: OTHER },
      undefined,
      ["update keyId"],
    ],
    [
      "stays absent without reveal when the key is rotated",
      { state: { ...WITHOUT, reveal: false, ...team("1") }, inputs: { reveal: false, ...team("2") } },
      undefined,
      ["update rotation.triggers.team"],
    ],
    [
      "is revealed when reveal becomes true again",
      { state: { ...WITHOUT, reveal: false }, inputs: { reveal: true } },
      UNKNOWN,
      ["update reveal"],
    ],
    ["is revealed if it is missing in the state", { state: WITHOUT }, UNKNOWN, ["add key"]],
    ["does not change while reveal is unknown", { inputs: { reveal: UNKNOWN } }, "value", ["add reveal"]],
    [
      "may be revealed while reveal is unknown",
      { state: WITHOUT, inputs: { reveal: UNKNOWN } },
      UNKNOWN,
      ["add reveal", "add key"],
    ],
  ])("%s", (_what, of, value, differences) => {
    expect(decided(of).value).toBe(value);
    expect(paths(of)).toEqual(differences);
  });
});

it("the primary key is never replaced as a resource", () => {
  const of = { state: team("1"), inputs: { ...team("2"), compromised: "INC-1", reveal: false }, live: OTHER };
  expect(decided(of).differences.map(({ replace }) => replace)).toEqual([false, false, false, false]);
});

it("the plan does not show a secret incident, and removes control characters from server values", () => {
  const id = `key_\u001b[31m\n${"x".repeat(500)}`;
  const { note = "" } = decided({ inputs: { compromised: "INC-1" }, live: { ...LIVE, id } }, true);
  expect(note).toMatch(/^compromised is set or changed: /);
  expect(note.length).toBeLessThan(250);
  expect(note).not.toMatch(/\p{Cc}/u);
});
