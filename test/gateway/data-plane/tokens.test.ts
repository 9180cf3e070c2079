import fc from "fast-check";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { describe, expect, it } from "vitest";
import { countTokens, firstTokens } from "../../../gateway/data-plane/tokens";
import { clientOf, user } from "./clients";

/** Characters that the encoding treats differently: letters with and without case, marks, digits, signs and white space. */
const PARTS = ["a", "B", "é", "中", "ǅ", "ʰ", "e\u0301", "'s", "1", "23", "!", ";", "/", "🦄", "<|endoftext|>"];
const SPACES = [" ", "  ", "\t", "\n", "\r\n", "\u00a0", "\u2028"];

const texts = fc.array(fc.constantFrom(...PARTS, ...SPACES), { maxLength: 60 }).map((parts) => parts.join(""));
const own = (text: string) => encode(text, { disallowedSpecial: new Set() }).length;

it("counts the same tokens as the tokenizer itself", async () => {
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      expect(await countTokens([text])).toBe(own(text));
    }),
    { numRuns: 2000 },
  );
});

it("truncates a text at the token limit, and counts the tokens of the truncated text", async () => {
  await fc.assert(
    fc.asyncProperty(texts, fc.integer({ min: 1, max: 40 }), async (text, limit) => {
      const prefix = await firstTokens(text, limit);
      expect(text.startsWith(prefix.text)).toBe(true);
      expect(prefix.tokens).toBe(own(prefix.text));
      expect(prefix.tokens).toBeLessThanOrEqual(limit);
      if (own(text) <= limit) expect(prefix.text).toBe(text);
      // Within a word, a longer prefix may have fewer tokens.
      else expect(prefix.tokens).toBeGreaterThan(limit - 12);
    }),
    { numRuns: 2000 },
  );
});

/** Texts that are one word to the tokenizer, or the longest that our limits allow. */
const LONG: readonly [string, string][] = [
  ["letters", "ab".repeat(100_000)],
  ["a slash and a line end", "/\n".repeat(100_000)],
  ["a slash and a Windows line end", "/\r\n".repeat(70_000)],
  ["255 letters and a space", `${"x".repeat(255)} `.repeat(800)],
  ["255 spaces and a letter", `${" ".repeat(255)}x`.repeat(800)],
  ["255 signs and as many line ends", `${"!".repeat(255)}${"\n".repeat(255)}`.repeat(400)],
  ["a sign and a line end", "!\n".repeat(100_000)],
  ["line ends and spaces", "\n ".repeat(100_000)],
  ["marks", "\u0301".repeat(100_000)],
];

describe("a long text", () => {
  it.each(LONG)("of %s is counted to within 3 % of the tokenizer's count", async (_what, text) => {
    // Extrapolated from a part, since the tokenizer itself would take hours for the whole text.
    const part = text.slice(0, text.startsWith("/\r\n") ? 3000 : 5120);
    const expected = (own(part) / part.length) * text.length;
    const counted = await countTokens([text]);
    expect(counted).toBeGreaterThan(expected * 0.97);
    expect(counted).toBeLessThan(expected * 1.03);
  });

  it.each(LONG)("of %s does not block other requests while it is counted", async (_what, text) => {
    const { openai } = await clientOf();
    let isComplete = false;
    const long = openai.chat.completions
      .create({ model: "dench-local-echo", messages: user(text), max_tokens: 1_000_000 })
      .finally(() => {
        isComplete = true;
      });
    let others = 0;
    while (!isComplete) {
      await openai.models.list();
      others += 1;
    }
    expect((await long).choices[0]?.message.content).toBe(text);
    expect(others).toBeGreaterThan(3);
  });

  it("is not counted further once the client has disconnected", async () => {
    const abort = new AbortController();
    const counted = countTokens(["word ".repeat(400_000)], abort.signal);
    abort.abort();
    await expect(counted).rejects.toThrow("abort");
  });
});
