import fc from "fast-check";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { countTokens, firstTokens } from "../../../gateway/data-plane/tokens";
import { clientOf, user } from "./clients";

/** What the encoding treats each in its own way: letters of either case and of none, marks, digits, signs, white space. */
const PARTS = ["a", "B", "é", "中", "ǅ", "ʰ", "e\u0301", "'s", "1", "23", "!", ";", "/", "🦄", "<|endoftext|>"];
const SPACES = [" ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u2028"];

const texts = fc.array(fc.constantFrom(...PARTS, ...SPACES), { maxLength: 60 }).map((parts) => parts.join(""));
const own = (text: string) => encode(text, { disallowedSpecial: new Set() }).length;

it("counts as the tokenizer itself does", async () => {
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      expect(await countTokens([text])).toBe(own(text));
    }),
    { numRuns: 2000 },
  );
});

it("cuts a text where its tokens are spent, and the count is that of the cut", async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 1, max: 40 }), async (text, limit) => {
      const start = await firstTokens(text, limit);
      expect(text.startsWith(start.text)).toBe(true);
      expect(start.tokens).toBe(own(start.text));
      expect(start.tokens).toBeLessThanOrEqual(limit);
      if (own(text) <= limit) expect(start.text).toBe(text);
      // Within a word, a longer start may have fewer tokens.
      else expect(start.tokens).toBeGreaterThan(limit - 12);
    }),
    { numRuns: 2000 },
  );
});

/** Each is one word to the tokenizer, or as much of one as our limits let by. */
const LONG: readonly [string, string][] = [
  ["letters", "ab".repeat(100_000)],
  ["a slash and a line's end", "/\n".repeat(100_000)],
  ["a slash and a line's end of Windows", "/\r\n".repeat(70_000)],
  ["255 letters and a space", `${"x".repeat(255)} `.repeat(800)],
  ["255 spaces and a letter", `${" ".repeat(255)}x`.repeat(800)],
  ["255 signs and as many line ends", `${"!".repeat(255)}${"\n".repeat(255)}`.repeat(400)],
  ["a sign and a line's end", "!\n".repeat(100_000)],
  ["line ends and spaces", "\n ".repeat(100_000)],
  ["marks", "\u0301".repeat(100_000)],
];

describe("a long text", () => {
  it.each(LONG)("of %s is counted as the tokenizer would, but for one in thirty", async (_what, text) => {
    // As the tokenizer itself would count it, which takes hours: from a part that it can still do.
    const part = text.slice(0, text.startsWith("/\r\n") ? 3000 : 5120);
    const expected = (own(part) / part.length) * text.length;
    const counted = await countTokens([text]);
    expect(counted).toBeGreaterThan(expected * 0.97);
    expect(counted).toBeLessThan(expected * 1.03);
  });

  it.each(LONG)("of %s is counted while others are answered", async (_what, text) => {
    const { openai } = await clientOf();
    let isAnswered = false;
    const long = openai.chat.completions
      .create({ model: "dench-local-echo", messages: user(text), max_tokens: 1_000_000 })
      .finally(() => {
        isAnswered = true;
      });
    let others = 0;
    while (!isAnswered) {
      await openai.models.list();
      others += 1;
    }
    expect((await long).choices[0]?.message.content).toBe(text);
    expect(others).toBeGreaterThan(3);
  });

  it("is counted no further when its caller has gone", async () => {
    const abort = new AbortController();
    const counted = countTokens(["word ".repeat(400_000)], abort.signal);
    abort.abort();
    await expect(counted).rejects.toThrow("abort");
  });
});
