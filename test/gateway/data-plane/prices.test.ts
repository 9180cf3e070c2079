import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { costOf, DEFAULT_PRICES, readPrices } from "../../../gateway/data-plane/prices";
import { temporaryFolder } from "../../support/folder";

async function priceFile(text: string): Promise<string> {
  const folder = await temporaryFolder();
  const path = join(folder, "prices.json");
  await writeFile(path, text);
  return path;
}

const usage = { prompt_tokens: 1_000_000, completion_tokens: 500_000, total_tokens: 1_500_000 };

it("prices of a file override the defaults, which remain for models that the file does not name", async () => {
  const prices = readPrices(await priceFile('{"usdPerMillionTokens": {"gpt-4o": {"input": 10, "output": 20}}}'));
  expect(costOf(prices, "gpt-4o", usage)).toBe(20);
  expect(costOf(prices, "gpt-4.1", usage)).toBe(costOf(DEFAULT_PRICES, "gpt-4.1", usage));
});

it("a model without a price has the price of *, whatever its name", () => {
  for (const model of ["unknown", "", "__proto__", "toString"]) expect(costOf(DEFAULT_PRICES, model, usage)).toBe(3);
});

it.each([
  ["invalid JSON", "{", /is not readable as JSON/],
  ["no table", "{}", /usdPerMillionTokens: /],
  [
    "a price that is not a number",
    '{"usdPerMillionTokens": {"m": {"input": "1", "output": 1}}}',
    /m\.input: must be a number/,
  ],
  ["a negative price", '{"usdPerMillionTokens": {"m": {"input": 1, "output": -1}}}', /m\.output: must not be negative/],
  [
    "a price over a dollar per token",
    '{"usdPerMillionTokens": {"m": {"input": 1e308, "output": 1}}}',
    /m\.input: must be at most 1000000/,
  ],
  ["only one of two prices", '{"usdPerMillionTokens": {"m": {"input": 1}}}', /m\.output: must be a number/],
  ["an unknown field", '{"usdPerMillionTokens": {"m": {"input": 1, "output": 1, "per": 1}}}', /"per"/],
])("a file with %s is rejected with an error that names the file and the field", async (_what, text, problem) => {
  const path = await priceFile(text);
  expect(() => readPrices(path)).toThrow(problem);
  expect(() => readPrices(path)).toThrow(path);
});

it("a missing file is rejected", () => {
  expect(() => readPrices("/nowhere/prices.json")).toThrow(/nowhere.*ENOENT/);
});
