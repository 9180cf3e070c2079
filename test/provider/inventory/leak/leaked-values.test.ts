import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeysByEnds } from "../../../../provider/inventory/leak/keys-by-ends";
import { DEFAULT_PREFIX, leakedValuesIn } from "../../../../provider/inventory/leak/leaked-values";

const keysOf = (...keys: { prefix: string; last4: string }[]) => new KeysByEnds(keys, DEFAULT_PREFIX);
const keyOf = (value: string, prefix = DEFAULT_PREFIX) => ({ prefix, last4: value.slice(-4) });
const valuesIn = (text: string, ...keys: { prefix: string; last4: string }[]) =>
  leakedValuesIn(text, keysOf(...keys)).map(({ text }) => text);

const characters = (alphabet: string) => fc.string({ unit: fc.constantFrom(...alphabet), minLength: 8, maxLength: 60 });
const usual = characters("ABCxyz019_-");
const unusual = characters("ABCxyz019_-.~+/=:");
const prefixes = fc.constantFrom("dg_live_", "dg_test_", "dench_", "sk.live/");

/** How logs, files and pages contain a value. */
const WRAPPINGS: readonly [string, (value: string, before: string, after: string) => string][] = [
  ["in a text", (value, before, after) => before + value + after],
  ["on a line", (value, before, after) => `${before}\r\n${value}\r\n${after}`],
  ["in quotes", (value, before, after) => `${before}'${value}'${after}`],
  ["in a header", (value, before, after) => `${before}Authorization: Bearer ${value}, ${after}`],
  ["in a variable", (value, before, after) => `${before}DENCH_GATEWAY_KEY=${value}\n${after}`],
  ["in the environment of a process", (value, before, after) => `${before}\0KEY=${value}\0${after}`],
  ["in a URL", (value, before, after) => `${before}?key=${encodeURIComponent(value)}&${after}`],
  ["in JSON", (value, before, after) => JSON.stringify({ [before]: value, after })],
  [
    "in JSON in JSON",
    (value, before, after) => JSON.stringify({ message: JSON.stringify({ [before]: value, after }) }),
  ],
  ["in JSON of PHP", (value) => JSON.stringify({ value }).replaceAll("/", "\\/").replaceAll("+", "\\u002b")],
  ["in Base64", (value, before) => `${before} ${Buffer.from(value).toString("base64")} `],
  ["in colors of a terminal", (value, before, after) => `${before}\x1b[32m${value}\x1b[0m${after}`],
  ["in UTF-16", (value, before, after) => Buffer.from(before + value + after, "utf16le").toString("latin1")],
];

describe.each(WRAPPINGS)("a value %s", (_name, wrapped) => {
  it("is found, whatever surrounds it", () => {
    fc.assert(
      fc.property(prefixes, unusual, fc.string(), fc.string(), (prefix, rest, before, after) => {
        const value = prefix + rest;
        expect(valuesIn(wrapped(value, before, after), keyOf(value, prefix))).toContain(value);
      }),
    );
  });
});

it("finds a value of no key, if it consists of usual characters", () => {
  fc.assert(
    fc.property(usual, (rest) => {
      expect(valuesIn(`KEY="${DEFAULT_PREFIX}${rest}".`)).toEqual([DEFAULT_PREFIX + rest]);
    }),
  );
});

it("finds each of several values once", () => {
  const [one, two, three] = ["dg_live_aaaa1111", "dg_live_bbbb2222", "dg_live_cccc3333"];
  expect(valuesIn(`${one} ${two}\n${one} "${three}"`, keyOf(two))).toEqual([one, two, three]);
});

it.each(["dg_live_•••••••ab12", "dg_live_…ab12", "dg_live_...ab12", "dg_live_****ab12", "dg_live_Xy•••••••ab12"])(
  "finds the masked value %s, which may not be sent",
  (masked) => {
    const keys = new KeysByEnds([{ prefix: "dg_live_", last4: "ab12" }], DEFAULT_PREFIX);
    expect(leakedValuesIn(`the key ${masked}.`, keys)).toEqual([{ text: masked, maySend: false, isMasked: true }]);
    expect(keys.matching(masked)).toHaveLength(1);
  },
);

it.each([
  ["an empty text", ""],
  ["a secret of another vendor", "sk-0123456789abcdefghij"],
  ["a prefix alone", "dg_live_"],
  ["a value that ends after its prefix and three characters", "dg_live_abc"],
  ["a mask without the last four characters", "dg_live_•••••••"],
  ["arbitrary bytes", "\ufffd\0\x01\x7f\ufffd"],
])("finds nothing in %s", (_what, text) => {
  expect(valuesIn(text, { prefix: "dg_live_", last4: "ab12" })).toEqual([]);
});

it("finds a whole text that ends like a key without a prefix, which may not be sent", () => {
  const keys = new KeysByEnds([{ prefix: "", last4: "ab12" }], DEFAULT_PREFIX);
  expect(leakedValuesIn(' "0123456789ab12"\n', keys)).toEqual([
    { text: "0123456789ab12", maySend: false, isMasked: false },
  ]);
});

it("finds a value in 10 MB of a log in less than a few seconds", () => {
  const value = "dg_live_0123456789abcdef";
  const lines = `GET /v1/models 200 dg_live_XXXXXXXXXXXXX "agent/1.0"\n`.repeat(200_000);
  expect(valuesIn(lines + value, keyOf(value))).toContain(value);
}, 10_000);
