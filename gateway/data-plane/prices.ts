import { readFileSync } from "node:fs";
import * as z from "zod";
import { errorMessage } from "../../error-message";
import type { BilledTokens } from "./chat";

// A dollar per token is more than any model costs. The maximum keeps sums of costs finite.
const Price = z
  .number("must be a number")
  .nonnegative("must not be negative")
  .max(1_000_000, "must be at most 1000000, which is a dollar per token");

const UsdPerMillionTokens = z.strictObject({ input: Price, output: Price });

/** Prices by model. `*` is the price of every other model. */
const PriceFile = z.strictObject({ usdPerMillionTokens: z.record(z.string(), UsdPerMillionTokens) });

export type Prices = z.infer<typeof PriceFile>["usdPerMillionTokens"];

/** Estimated prices, without discounts. The echo model is free to run; its price makes usage visible. */
export const DEFAULT_PRICES = {
  "dench-local-echo": { input: 1, output: 2 },
  "gpt-4o": { input: 2.5, output: 10 },
  "gpt-4o-mini": { input: 0.15, output: 0.6 },
  "gpt-4.1": { input: 2, output: 8 },
  "gpt-4.1-mini": { input: 0.4, output: 1.6 },
  "gpt-4.1-nano": { input: 0.1, output: 0.4 },
  "gpt-5": { input: 1.25, output: 10 },
  "gpt-5-mini": { input: 0.25, output: 2 },
  "gpt-5-nano": { input: 0.05, output: 0.4 },
  "*": { input: 1, output: 4 },
} as const satisfies Prices;

/** Returns the prices of a file, and the defaults for models that it does not name. Throws an error that describes the problem. */
export function readPrices(path: string): Prices {
  return { ...DEFAULT_PRICES, ...parsePrices(path).usdPerMillionTokens };
}

function parsePrices(path: string): z.infer<typeof PriceFile> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`the price file ${path} is not readable as JSON: ${errorMessage(error)}`);
  }
  const result = PriceFile.safeParse(json);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".") || "the file"}: ${issue.message}`);
  throw new Error(`the price file ${path} is invalid: ${problems.join("; ")}`);
}

/** Returns the cost of a usage of a model, in US dollars. */
export function costOf(prices: Prices, model: string, { prompt_tokens, completion_tokens }: BilledTokens): number {
  const price = (Object.hasOwn(prices, model) ? prices[model] : prices["*"]) ?? DEFAULT_PRICES["*"];
  return (prompt_tokens * price.input + completion_tokens * price.output) / 1e6;
}
