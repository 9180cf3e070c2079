import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { keyValuesOf, plainTextsOf } from "../../policy/properties";
import { noPlainKeyOutput } from "../../policy/rules/no-plain-key-output";

/** A secret as the engine sends it. */
const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("the properties of a resource", () => {
  it("have their plain texts with their places, without those of secrets", () => {
    const value = randomUUID();
    expect(plainTextsOf({ a: "x", b: { c: ["y", secret(value), 1, null, true] }, d: secret({ e: value }) })).toEqual([
      { path: "a", text: "x" },
      { path: "b.c.0", text: "y" },
    ]);
  });

  it("have key values, secret or not, but no unknown, redacted or absent ones", () => {
    const [key, previousKey] = [randomUUID(), randomUUID()];
    expect(keyValuesOf({ key: secret(key), previousKey })).toEqual([key, previousKey]);
    for (const absent of [UNKNOWN, secret(UNKNOWN), secret("[secret]"), "", null, undefined])
      expect(keyValuesOf({ key: absent })).toEqual([]);
  });
});

describe("the rule no-plain-key-output", () => {
  const value = randomUUID();
  const key = { urn: "key", type: "dench:index:GatewayKey", plainTexts: [], keyValues: [value] };
  const stack = (text: string) => ({
    urn: "stack",
    type: "pulumi:pulumi:Stack",
    plainTexts: [{ path: "url", text }],
    keyValues: [],
  });

  it("accepts other texts", () => expect(noPlainKeyOutput.check([key, stack("x")])).toEqual([]));

  it("refuses a text that contains a key, and does not quote it", () => {
    const [problem, ...others] = noPlainKeyOutput.check([key, stack(`https://x/?key=${value}`)]);
    expect(others).toEqual([]);
    expect(problem?.urn).toBe("stack");
    expect(problem?.message).toContain("`url` contains a key value");
    expect(problem?.message).not.toContain(value);
  });
});
