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

it("a file's prices go before the defaults, which stay for what it does not name", async () => {
  const prices = readPrices(await priceFile('{"usdPerMillionTokens": {"gpt-4o": {"input": 10, "output": 20}}}'));
  expect(costOf(prices, "gpt-4o", usage)).toBe(20);
  expect(costOf(prices, "gpt-4.1", usage)).toBe(costOf(DEFAULT_PRICES, "gpt-4.1", usage));
});

it("a model without a price has that of *, whatever it is called", () => {
  for (const model of ["unknown", "", "__proto__", "toString"]) expect(costOf(DEFAULT_PRICES, model, usage)).toBe(3);
});

it.each([
  ["no JSON", "{", /could not be read as JSON/],
  ["no table", "{}", /usdPerMillionTokens: /],
  [
    "a price that is no number",
    '{"usdPerMillionTokens": {"m": {"input": "1", "output": 1}}}',
    /m\.input: must be a number/,
  ],
  ["a negative price", '{"usdPerMillionTokens": {"m": {"input": 1, "output": -1}}}', /m\.output: must not be negative/],
  [
    "a price over a dollar for a token",
    '{"usdPerMillionTokens": {"m": {"input": 1e308, "output": 1}}}',
    /m\.input: must be at most 1000000/,
  ],
  ["half a price", '{"usdPerMillionTokens": {"m": {"input": 1}}}', /m\.output: must be a number/],
  ["a price with another unit", '{"usdPerMillionTokens": {"m": {"input": 1, "output": 1, "per": 1}}}', /"per"/],
])("a file with %s is refused, and the error names the file and the place", async (_what, text, problem) => {
  const path = await priceFile(text);
  expect(() => readPrices(path)).toThrow(problem);
  expect(() => readPrices(path)).toThrow(path);
});

it("a file that is not there is refused", () => {
  expect(() => readPrices("/nowhere/prices.json")).toThrow(/nowhere.*ENOENT/);
});
