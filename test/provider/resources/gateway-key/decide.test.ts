import { describe, expect, it } from "vitest";
import type { Key } from "../../../../contract/port";
import { decide, type Observation, type Situation } from "../../../../provider/resources/gateway-key/decide";
import type { GatewayKeyInputs, GatewayKeyState } from "../../../../provider/resources/gateway-key/fields";
import { type Previewed, type PreviewedFields, UNKNOWN } from "../../../../provider/values/unknown";
import { STATE_OF_KEY } from "../../../support/key";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.parse("2026-06-01T00:00:00Z");
const ago = (ms: number) => new Date(NOW - ms).toISOString();

type Inputs = PreviewedFields<GatewayKeyInputs>;

const STATE: GatewayKeyState = { ...STATE_OF_KEY, scopes: ["a", "b"], key: "value", createdAt: ago(DAY) };
const INPUTS: Inputs = { name: "CI", scopes: ["a", "b"] };
const PREVIOUS: Partial<GatewayKeyState> = {
  previousKey: "old",
  previousKeyId: "key_0",
  previousKeyRevokeAt: ago(-HOUR),
};

function used(lastUsedAgo: number | null | undefined): Observation {
  const key: Key = {
    id: "key_0",
    name: "CI",
    kind: "additional",
    prefix: "dg_live_",
    last4: "dold",
    scopes: [],
    status: "active",
    createdAt: NOW - 2 * DAY,
    createdBy: { id: "mem_1", name: "Ada" },
    lastUsedAt: typeof lastUsedAgo === "number" ? NOW - lastUsedAgo : lastUsedAgo,
    usage30d: { requests: 0, costUsd: 0 },
  };
  return { key };
}

function situation(changes: {
  state?: Partial<GatewayKeyState>;
  inputs?: Partial<Inputs>;
  status?: string;
  previous?: Observation;
}): Situation {
  const { state = {}, inputs = {}, status = "active", previous } = changes;
  return {
    state: { ...STATE, ...state },
    inputs: { ...INPUTS, ...inputs },
    status,
    previous,
    now: NOW,
    hidesIncident: false,
  };
}

const paths = (of: Parameters<typeof situation>[0]) =>
  decide(situation(of)).differences.map(({ path, kind, replace }) => `${kind} ${path}${replace ? " (replace)" : ""}`);
const say = (of: Parameters<typeof situation>[0]) => decide(situation(of)).notes.map(({ text }) => text);
const rotation = (of: object) => ({ rotation: of });

describe("without overlap", () => {
  it.each<[string, Parameters<typeof situation>[0], string]>([
    ["another name", { inputs: { name: "CD" } }, "update name (replace)"],
    ["other scopes", { inputs: { scopes: ["a"] } }, "update scopes (replace)"],
    [
      "a trigger that changed",
      { state: rotation({ triggers: { team: "1" } }), inputs: rotation({ triggers: { team: "2" } }) },
      "update rotation.triggers.team (replace)",
    ],
    [
      "an unknown trigger",
      { state: rotation({ triggers: { team: "1" } }), inputs: rotation({ triggers: { team: UNKNOWN } }) },
      "update rotation.triggers.team (replace)",
    ],
    [
      "an age that is reached",
      { state: { ...rotation({ after: "30d" }), createdAt: ago(31 * DAY) }, inputs: rotation({ after: "30d" }) },
      "update rotation.after (replace)",
    ],
    ["a key revoked elsewhere", { status: "revoked" }, "update status (replace)"],
    ["a key that is missing", { status: "missing" }, "update status (replace)"],
    ["a key with an unknown status", { status: "suspended" }, "update status (replace)"],
  ])("%s replaces the key", (_what, of, difference) => {
    expect(decide(situation(of))).toMatchObject({ value: "replace", revokesPrevious: false });
    expect(paths(of)).toEqual([difference]);
  });
});

it("without overlap, but with an active previous key, a change revokes that key first and rotates in place", () => {
  const of = { state: PREVIOUS, inputs: { name: "CD" }, previous: used(null) };
  expect(decide(situation(of))).toMatchObject({ value: "end", revokesPrevious: true });
  expect(paths(of)).toEqual(["update name"]);
  expect(decide(situation({ ...of, previous: "missing" })).value, "a missing previous key does not count").toBe(
    "replace",
  );
});

describe("with overlap", () => {
  const overlap = (more: object = {}) => ({
    state: rotation({ overlap: "24h", ...more }),
    inputs: rotation({ overlap: "24h", ...more }),
  });

  it.each<[string, Partial<Inputs>, Partial<GatewayKeyState>, string]>([
    ["another name", { name: "CD" }, {}, "update name"],
    ["other scopes", { scopes: ["a"] }, {}, "update scopes"],
    [
      "a trigger that changed",
      rotation({ overlap: "24h", triggers: { team: "2" } }),
      rotation({ overlap: "24h", triggers: { team: "1" } }),
      "update rotation.triggers.team",
    ],
    [
      "an age that is reached",
      rotation({ overlap: "24h", after: "30d" }),
      { ...rotation({ overlap: "24h", after: "30d" }), createdAt: ago(31 * DAY) },
      "update rotation.after",
    ],
  ])(
    "%s rotates the key in place, and the old value stays valid for the overlap",
    (_what, inputs, state, difference) => {
      const of = { state: { ...overlap().state, ...state }, inputs: { ...overlap().inputs, ...inputs } };
      expect(decide(situation(of))).toMatchObject({
        value: "overlap",
        revokesPrevious: false,
        previousUntil: NOW + DAY,
      });
      expect(paths(of)).toEqual([difference]);
      expect(say(of)).toEqual([
        expect.stringMatching(
          /: creates a new key; the first update after 2026-06-02T00:00:00Z revokes key_1 \(…alue\)$/,
        ),
      ]);
    },
  );

  it("a key revoked elsewhere is rotated in place, and an active previous key stays until its overlap ends", () => {
    const of = { ...overlap(), state: { ...overlap().state, ...PREVIOUS }, status: "revoked", previous: used(null) };
    expect(decide(situation(of))).toMatchObject({
      value: "overlap",
      revokesPrevious: false,
      previousUntil: NOW + HOUR,
    });
    expect(paths(of)).toEqual(["update status"]);
  });

  it("a second rotation revokes the older key first", () => {
    const of = {
      ...overlap(),
      state: { ...overlap().state, ...PREVIOUS },
      inputs: { ...overlap().inputs, name: "CD" },
    };
    expect(decide(situation({ ...of, previous: used(MINUTES) }))).toMatchObject({
      value: "overlap",
      revokesPrevious: true,
    });
  });

  it.each([
    ["that is over revokes the old key", ago(0), true, ["delete previousKeyId"]],
    ["that is not over continues", ago(-1), false, []],
  ])("an overlap %s", (_what, previousKeyRevokeAt, revokesPrevious, differences) => {
    const of = { ...overlap(), state: { ...overlap().state, ...PREVIOUS, previousKeyRevokeAt }, previous: used(null) };
    expect(decide(situation(of))).toMatchObject({ value: "keep", revokesPrevious });
    expect(paths(of)).toEqual(differences);
  });

  it.each([
    ["moves with a longer overlap", "30h", false, NOW - DAY + 30 * HOUR],
    ["ends with a shorter overlap that is already over", "12h", true, undefined],
    ["ends with 0s", "0s", true, undefined],
    ["does not move when overlap is removed", undefined, false, NOW + HOUR],
  ])("the end of the current overlap: %s", (_what, changed, revokesPrevious, previousUntil) => {
    const of = {
      state: { ...overlap().state, ...PREVIOUS },
      inputs: rotation({ overlap: changed }),
      previous: used(null),
    };
    expect(decide(situation(of))).toMatchObject({ value: "keep", revokesPrevious, previousUntil });
  });
});

const MINUTES = 10 * 60_000;

describe("keepIfUsedWithin", () => {
  const held = (more: object = {}) => ({
    state: { ...rotation({ overlap: "24h" }), keepIfUsedWithin: "1h", ...PREVIOUS, ...more },
    inputs: { ...rotation({ overlap: "24h" }), keepIfUsedWithin: "1h" },
    previous: used(MINUTES),
  });

  it("keeps a key in use past the end of its overlap, with a warning", () => {
    const of = held({ previousKeyRevokeAt: ago(HOUR) });
    expect(decide(situation(of))).toMatchObject({ value: "keep", revokesPrevious: false });
    expect(say(of)).toEqual([expect.stringMatching(/previous key key_0 was last used at 2026-05-31T23:50:00Z/)]);
    expect(decide(situation({ ...of, previous: used(2 * HOUR) })).revokesPrevious).toBe(true);
    expect(decide(situation({ ...of, previous: used(null) })).revokesPrevious).toBe(true);
  });

  it("delays a rotation by age, with a warning", () => {
    const { state, inputs, previous } = held({ createdAt: ago(31 * DAY), rotation: { overlap: "24h", after: "30d" } });
    const of = { state, inputs: { ...inputs, rotation: { overlap: "24h", after: "30d" } }, previous };
    expect(decide(situation(of))).toMatchObject({ value: "keep", revokesPrevious: false });
    expect(say(of)).toEqual([expect.stringContaining("but the rotation waits")]);
  });

  it("rejects a rotation for a change, with an error that says when the key was used and what to change", () => {
    const of = held();
    const { refusal } = decide(situation({ ...of, inputs: { ...of.inputs, name: "CD" } }));
    expect(refusal).toMatchObject({
      code: "key_in_use",
      message: expect.stringMatching(/2026-05-31T23:50:00Z.*unset keepIfUsedWithin/),
    });
  });

  it("has no effect on an incident", () => {
    const of = held();
    expect(decide(situation({ ...of, inputs: { ...of.inputs, compromised: "INC-1" } }))).toMatchObject({
      value: "end",
      refusal: undefined,
    });
  });

  it("fails if the server does not report the last use", () => {
    const of = held({ previousKeyRevokeAt: ago(HOUR) });
    expect(() => decide(situation({ ...of, previous: used(undefined) }))).toThrow(
      /does not report when it was last used/,
    );
  });
});

describe("compromised", () => {
  const cases: [string, string | undefined, Previewed<string | undefined>, string][] = [
    ["set", undefined, "INC-1", "end"],
    ["changed", "INC-1", "INC-2", "end"],
    ["unknown", "INC-1", UNKNOWN, "end"],
    ["the same", "INC-1", "INC-1", "keep"],
    ["emptied", "INC-1", "", "keep"],
    ["removed", "INC-1", undefined, "keep"],
    ["added as an empty string", undefined, "", "keep"],
  ];

  it.each(cases)("%s", (_what, before, compromised, value) => {
    const of: Parameters<typeof situation>[0] = { state: { compromised: before }, inputs: {} };
    of.inputs = { compromised };
    expect(decide(situation(of)).value).toBe(value);
  });

  it("takes precedence over an overlap and all other changes", () => {
    const of = {
      state: { ...rotation({ overlap: "24h" }), ...PREVIOUS },
      inputs: { ...rotation({ overlap: "24h" }), name: "CD", compromised: "INC-1" },
    };
    expect(decide(situation(of))).toMatchObject({
      value: "end",
      differences: [{ replace: false }, { replace: false }],
    });
    expect(say(of)).toEqual([
      "compromised is INC-1: creates a new key; revokes key_0 now, before its overlap ends at 2026-06-01T01:00:00Z; revokes key_1 (…alue) now",
    ]);
    expect(decide({ ...situation(of), hidesIncident: true }).notes[0]?.text).toMatch(
      /^compromised is set or changed: /,
    );
  });
});

describe("a key whose value is not in the state", () => {
  const TEAM = { triggers: { team: "1" } };
  const AGED = { ...rotation({ after: "30d" }), createdAt: ago(31 * DAY) };

  it.each<[string, Parameters<typeof situation>[0], string]>([
    ["a trigger added", { inputs: rotation(TEAM) }, "add rotation"],
    [
      "a second trigger added",
      { state: rotation(TEAM), inputs: rotation({ triggers: { team: "1", month: "6" } }) },
      "add rotation.triggers.month",
    ],
    ["a trigger added with an unknown value", { inputs: rotation({ triggers: { team: UNKNOWN } }) }, "add rotation"],
    ["unknown triggers", { inputs: rotation({ triggers: UNKNOWN }) }, "add rotation"],
    [
      "a trigger changed",
      { state: rotation(TEAM), inputs: rotation({ triggers: { team: "2" } }) },
      "update rotation.triggers.team",
    ],
    ["another name", { inputs: { name: "CD" } }, "update name"],
    ["an age that is reached", { state: AGED, inputs: rotation({ after: "30d" }) }, "update rotation.after"],
    ["a key revoked elsewhere", { status: "revoked" }, "update status"],
  ])("is rotated in place even without overlap, which protect allows: %s", (_what, of, difference) => {
    const withoutValue = { ...of, state: { ...of.state, key: undefined } };
    expect(decide(situation(withoutValue))).toMatchObject({ value: "end", revokesPrevious: false });
    expect(paths(withoutValue)).toEqual([difference]);
  });

  it("becomes the previous key if an overlap is added with the trigger", () => {
    const of = { state: { key: undefined }, inputs: rotation({ ...TEAM, overlap: "24h" }) };
    expect(decide(situation(of))).toMatchObject({ value: "overlap", revokesPrevious: false, previousUntil: NOW + DAY });
    expect(paths(of)).toEqual(["add rotation"]);
    expect(say(of)).toEqual([
      "rotation trigger team was added, and the state does not have the key value: creates a new key; the first update after 2026-06-02T00:00:00Z revokes key_1 (…alue)",
    ]);
  });

  it.each<[string, Partial<GatewayKeyState>, Partial<Inputs>]>([
    ["only an overlap added", {}, rotation({ overlap: "24h" })],
    ["an age added that is not reached", {}, rotation({ after: "30d" })],
    ["a trigger removed", rotation(TEAM), rotation({ triggers: {} })],
    ["nothing", {}, {}],
  ])("does not change: %s", (_what, state, inputs) => {
    expect(decide(situation({ state: { ...state, key: undefined }, inputs })).value).toBe("keep");
  });
});

describe("a change that only affects the state", () => {
  it.each<[string, Partial<GatewayKeyState>, Partial<Inputs>, string[]]>([
    ["a trigger added", {}, rotation({ triggers: { team: "1" } }), ["add rotation"]],
    [
      "a second trigger added",
      rotation({ triggers: { team: "1" } }),
      rotation({ triggers: { team: "1", month: "6" } }),
      ["add rotation.triggers.month"],
    ],
    [
      "a trigger removed",
      rotation({ triggers: { team: "1" } }),
      rotation({ triggers: {} }),
      ["delete rotation.triggers.team"],
    ],
    [
      "a trigger with an odd name",
      rotation({ triggers: {} }),
      rotation({ triggers: { 'deploy["prod"].v1': "1" } }),
      ['add rotation.triggers["deploy[\\"prod\\"].v1"]'],
    ],
    ["rotation removed", rotation({ triggers: { team: "1" } }), {}, ["delete rotation"]],
    ["an overlap added", {}, rotation({ overlap: "24h" }), ["add rotation"]],
    ["an age that is not reached", rotation({ after: "30d" }), rotation({ after: "60d" }), ["update rotation.after"]],
    ["waitUntilReady", {}, { waitUntilReady: true }, ["add waitUntilReady"]],
    ["scopes in another order and with duplicates", {}, { scopes: ["b", "a", "b"] }, []],
    ["nothing", {}, {}, []],
  ])("keeps the value: %s", (_what, state, inputs, differences) => {
    expect(decide(situation({ state, inputs }))).toMatchObject({ value: "keep", revokesPrevious: false, notes: [] });
    expect(paths({ state, inputs })).toEqual(differences);
  });

  it("includes keys that an earlier update could not revoke", () => {
    expect(paths({ state: { revokePending: ["key_0"] } })).toEqual(["delete revokePending"]);
  });
});

describe("an age", () => {
  it.each([
    ["30d", 30 * DAY - HOUR, "replace"],
    ["30d", 30 * DAY - HOUR - 1, "keep"],
    ["1h", HOUR - 36_000, "replace"],
    ["1h", HOUR - 36_001, "keep"],
  ])("of %s has a tolerance of 1 %%, at most one hour: %d", (after, age, value) => {
    const of = { state: { ...rotation({ after }), createdAt: ago(age) }, inputs: rotation({ after }) };
    expect(decide(situation(of)).value).toBe(value);
  });

  it("is reported in the plan", () => {
    const of = {
      state: { ...rotation({ after: "30d" }), createdAt: ago(31 * DAY) },
      inputs: rotation({ after: "30d", overlap: "24h" }),
    };
    expect(say(of)).toEqual([
      "key is 31 days old, rotation.after is 30d: creates a new key; the first update after 2026-06-02T00:00:00Z revokes key_1 (…alue)",
    ]);
  });
});

describe("the plan names every key that it revokes, and when", () => {
  const overlap = { state: rotation({ overlap: "24h" }), inputs: rotation({ overlap: "24h" }) };
  const twoKeys = { ...overlap, state: { ...overlap.state, ...PREVIOUS }, previous: used(null) };

  it.each<[string, Parameters<typeof situation>[0], string[]]>([
    [
      "a replacement",
      { inputs: { name: "CD" } },
      ["name changed: creates a new key; revokes key_1 (…alue) at the end of this update"],
    ],
    [
      "a replacement of a key that was revoked elsewhere",
      { status: "revoked" },
      ["key_1 was revoked outside of this program: creates a new key"],
    ],
    [
      "a replacement of a key that no longer exists",
      { status: "missing" },
      ["key_1 no longer exists: creates a new key"],
    ],
    [
      "a replacement of a key with an unknown status, which the engine deletes",
      { status: "suspended" },
      [
        "key_1 is suspended: creates a new key; revokes key_1 (…alue) at the end of this update",
        expect.stringContaining("has an unknown status"),
      ],
    ],
    [
      "a second rotation during an overlap",
      { ...twoKeys, inputs: { ...twoKeys.inputs, name: "CD" } },
      [
        "name changed: creates a new key; revokes key_0 (…dold) now, before its overlap ends at 2026-06-01T01:00:00Z; the first update after 2026-06-02T00:00:00Z revokes key_1 (…alue)",
      ],
    ],
    [
      "a second rotation without an overlap",
      { state: PREVIOUS, inputs: { name: "CD" }, previous: used(null) },
      [
        "name changed: creates a new key; revokes key_0 (…dold) now, before its overlap ends at 2026-06-01T01:00:00Z; revokes key_1 (…alue) now",
      ],
    ],
    [
      "a key that was revoked elsewhere, with a previous key that stays valid",
      { ...twoKeys, status: "revoked" },
      [
        "key_1 was revoked outside of this program: creates a new key; the first update after 2026-06-01T01:00:00Z revokes key_0 (…dold)",
      ],
    ],
    [
      "the end of an overlap",
      { ...twoKeys, state: { ...twoKeys.state, previousKeyRevokeAt: ago(0) } },
      ["revokes key_0 (…dold) now"],
    ],
    [
      "an overlap that is moved",
      { ...twoKeys, inputs: rotation({ overlap: "30h" }) },
      ["the first update after 2026-06-01T06:00:00Z revokes key_0 (…dold)"],
    ],
    [
      "keys that an earlier update could not revoke",
      { state: { revokePending: ["key_8", "key_9"] } },
      ["revokes key_8 now; revokes key_9 now"],
    ],
    ["nothing", {}, []],
    ["a running overlap", twoKeys, []],
  ])("%s", (_what, of, lines) => {
    expect(say(of)).toEqual(lines);
  });

  it("with times in seconds, and without control characters from the server", () => {
    const state = { keyId: `key_\u001b[31m\n${"x".repeat(500)}`, createdAt: ago(DAY) };
    const [line = ""] = say({ state, inputs: { name: "CD" } });
    expect(line.length).toBeLessThan(250);
    expect(line).not.toMatch(/\p{Cc}/u);
    const of = { ...overlap, inputs: { ...overlap.inputs, name: "CD" } };
    expect(decide({ ...situation(of), now: NOW + 1 }).notes[0]?.text).toContain("after 2026-06-02T00:00:00Z revokes");
  });
});

describe("a key that was rotated elsewhere", () => {
  it("is replaced without an overlap, and revoked in the workspace", () => {
    expect(decide(situation({ status: "changed" }))).toMatchObject({ value: "replace" });
    expect(say({ status: "changed" })).toEqual([
      "key_1 was rotated outside of this program: creates a new key; revokes key_1 (…alue) at the end of this update",
    ]);
  });

  it("stays valid for the overlap, for the owner of its new value", () => {
    const of = { state: rotation({ overlap: "24h" }), inputs: rotation({ overlap: "24h" }), status: "changed" };
    expect(decide(situation(of))).toMatchObject({ value: "overlap", previousUntil: NOW + DAY });
  });
});
