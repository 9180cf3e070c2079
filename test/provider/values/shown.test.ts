import { expect, it } from "vitest";
import { shown } from "../../../provider/values/shown";

it.each([
  ["key_1", "key_1"],
  ["a\nb\u0000\u001b[31m\u202e\u2029c", "ab[31mc"],
  ["x".repeat(80), "x".repeat(80)],
  ["x".repeat(81), `${"x".repeat(80)}…`],
  ["😀".repeat(5_000_000), `${"😀".repeat(80)}…`],
])("a text from a server is shown on one line, without control characters, and cut", (word, text) => {
  expect(shown(word)).toBe(text);
});
