import { describe, expect, it } from "vitest";
import { gatewayKey } from "../../../provider/resources/gateway-key";
import { primarySandboxKey } from "../../../provider/resources/primary-sandbox-key";
import type { Fields } from "../../../provider/session/context";
import { UNKNOWN } from "../../../provider/values/unknown";
import { testContext } from "../../support/context";

const resources = [
  { kind: "a GatewayKey", resource: gatewayKey, named: { name: "CI" } },
  { kind: "a PrimarySandboxKey", resource: primarySandboxKey, named: {} },
];

describe.each(resources)("the check of $kind", ({ resource, named }) => {
  const check = (news: Fields) =>
    resource.check(testContext({ env: {} }), {
      news: { ...named, ...news },
      olds: {},
      state: undefined,
      naming: { mode: "disabled" },
    });

  it.each<[unknown, string]>([
    [202607, "202607"],
    [-1.5, "-1.5"],
    [0, "0"],
    [true, "true"],
    [false, "false"],
  ])("converts %j in a trigger and in compromised to a string", (value, text) => {
    const { inputs, problems } = check({ compromised: value, rotation: { after: "30d", triggers: { team: value } } });
    expect(problems).toEqual([]);
    expect(inputs).toEqual({ ...named, compromised: text, rotation: { after: "30d", triggers: { team: text } } });
  });

  it("rejects an integer that is not exact, and suggests quotes", () => {
    const large = JSON.parse("12345678901234567891");
    const { problems } = check({ compromised: large, rotation: { triggers: { team: large } } });
    expect(problems.map(({ path }) => path).toSorted()).toEqual(["compromised", "rotation.triggers.team"]);
    for (const { message } of problems) expect(message).toContain(`write it in quotes ("…" in YAML`);
  });

  it.each<Fields>([
    { compromised: UNKNOWN, rotation: UNKNOWN },
    { rotation: { triggers: UNKNOWN } },
    { rotation: { triggers: { team: UNKNOWN, other: 7 } } },
  ])("accepts a value that is not known yet (%#)", (news) => {
    expect(check(news).problems).toEqual([]);
  });

  it.each<[Fields, string]>([
    [{ rotation: 7 }, "rotation"],
    [{ rotation: ["a"] }, "rotation"],
    [{ rotation: { triggers: 7 } }, "rotation.triggers"],
    [{ rotation: { triggers: ["a"] } }, "rotation.triggers"],
    [{ rotation: { triggers: { team: ["a"] } } }, "rotation.triggers.team"],
    [{ compromised: ["a"] }, "compromised"],
  ])("rejects %j", (news, path) => {
    expect(check(news).problems.map((problem) => problem.path)).toEqual([path]);
  });

  it("adds no input that the program does not set", () => {
    expect(Object.keys(check({}).inputs)).toEqual(Object.keys(named));
  });
});

it("the name of a key may be a number or a boolean", () => {
  const checked = [2026, true].map((name) =>
    gatewayKey.check(testContext({ env: {} }), {
      news: { name },
      olds: {},
      state: undefined,
      naming: { mode: "disabled" },
    }),
  );
  expect(checked).toEqual([
    { inputs: { name: "2026" }, problems: [] },
    { inputs: { name: "true" }, problems: [] },
  ]);
});
