import fc from "fast-check";
import { expect, it } from "vitest";
import { matchesPattern } from "../../../provider/inventory/name-pattern";

it.each([
  ["CI/CD", "CI*", true],
  ["CI/CD", "*CD", true],
  ["CI/CD", "CI?CD", true],
  ["CI/CD", "ci*", false],
  ["CI/CD", "CI", false],
  ["CI/CD", "", false],
  ["a.b", "a?b", true],
  ["axb", "a.b", false],
  ["[x]", "[x]", true],
  ["🚀", "?", true],
  ["line\nbreak", "line*", true],
  ["abcabd", "*ab?", true],
])("the name %j and the pattern %j: %s", (name, pattern, expected) => {
  expect(matchesPattern(name, pattern)).toBe(expected);
});

it("agrees with a regular expression for every name and pattern", () => {
  const unit = fc.constantFrom("a", "b", "*", "?", "🚀");
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 8 }), fc.string({ unit, maxLength: 6 }), (name, pattern) => {
      const source = Array.from(pattern, (each) => (each === "*" ? ".*" : each === "?" ? "." : each)).join("");
      expect(matchesPattern(name, pattern)).toBe(new RegExp(`^${source}$`, "su").test(name));
    }),
  );
});

it("takes no time for a long name and a pattern with many stars", () => {
  const began = performance.now();
  expect(matchesPattern("a".repeat(200), `${"*a".repeat(100)}*b`)).toBe(false);
  expect(performance.now() - began).toBeLessThan(1000);
});
