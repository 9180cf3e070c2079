import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearest } from "../../../provider/values/nearest";

const OPTIONS = ["token", "baseUrl", "gatewayUrl", "workspace", "maxRetries", "timeoutSeconds"];

describe("the nearest word", () => {
  it.each([
    ["a letter is missing", "tokn", "token"],
    ["there is an extra letter", "tokenn", "token"],
    ["a letter differs", "tokan", "token"],
    ["two neighbors are swapped", "toekn", "token"],
    ["the case differs", "baseURL", "baseUrl"],
    ["it is in snake case", "max_retries", "maxRetries"],
    ["it is in kebab case", "timeout-second", "timeoutSeconds"],
    ["a short word is missing at the start", "retries", "maxRetries"],
    ["it is correct", "workspace", "workspace"],
  ])("is found if %s", (_what, word, expected) => {
    expect(nearest(word, OPTIONS)).toBe(expected);
  });

  it.each(["region", "key", "t", "", "a".repeat(1_000_000)])("is undefined if no candidate is similar", (word) => {
    expect(nearest(word, OPTIONS)).toBeUndefined();
  });

  it("is the most similar candidate, wherever it is in the list", () => {
    expect(nearest("models:raed", ["model:read", "models:read"])).toBe("models:read");
    expect(nearest("models:raed", ["models:read", "model:read"])).toBe("models:read");
  });

  it("is found after any one change to a word of three letters or more", () => {
    const words = fc.string({ minLength: 3, maxLength: 40, unit: fc.constantFrom(..."abcxyz") });
    const edit = fc.tuple(words, fc.nat(), fc.constantFrom("insert", "delete", "change", "swap"));
    fc.assert(
      fc.property(edit, ([word, at, kind]) => {
        const index = at % word.length;
        const [before, letter = "", next = "", after] = [
          word.slice(0, index),
          word[index],
          word[index + 1],
          word.slice(index + 2),
        ];
        const changed = {
          insert: `${before}q${letter}${next}${after}`,
          delete: `${before}${next}${after}`,
          change: `${before}q${next}${after}`,
          swap: `${before}${next}${letter}${after}`,
        }[kind];
        expect(nearest(changed, [word])).toBe(word);
      }),
    );
  });
});
