import * as z from "zod";

/** A number of OpenAI's API, with an error in plain words. */
export function between(minimum: number, maximum: number): z.ZodNumber {
  return z
    .number(`must be a number from ${minimum} to ${maximum}`)
    .min(minimum, `must be at least ${minimum}`)
    .max(maximum, `must be at most ${maximum}`);
}

/** A whole number of OpenAI's API, with an error in plain words. */
export function wholeFrom(minimum: number, maximum: number = Number.MAX_SAFE_INTEGER): z.ZodNumber {
  const range = maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
  return z
    .number(`must be a whole number ${range}`)
    .int("must be a whole number")
    .min(minimum, `must be at least ${minimum}`)
    .max(maximum, `must be at most ${maximum}`);
}

/** Values that request what the echo model does anyway. */
const WITHOUT_EFFECT: Readonly<Record<string, readonly unknown[]>> = {
  n: [1],
  logprobs: [false],
  store: [false],
  background: [false],
  tool_choice: ["auto", "none"],
  truncation: ["disabled"],
};

/** A name that a header and an error may show. */
const SHOWN = /^[A-Za-z_][\w.-]{0,63}$/;
const MAX_SHOWN = 30;

/** The header that names the parameters without effect. */
export const IGNORED_HEADER = "x-dench-ignored-parameters";

/** Returns the names of the parameters of a request that the echo model ignores. */
export function ignoredParameters(json: object, honored: readonly string[]): string[] {
  const isIgnored = ([name, value]: [string, unknown]) => {
    const isEmpty = value === null || (Array.isArray(value) && value.length === 0);
    const known = Object.hasOwn(WITHOUT_EFFECT, name) ? (WITHOUT_EFFECT[name] ?? []) : [];
    return !honored.includes(name) && !isEmpty && !known.includes(value);
  };
  const names = Object.entries(json)
    .filter(isIgnored)
    .map(([name]) => name)
    .filter((name) => SHOWN.test(name));
  return names.slice(0, MAX_SHOWN);
}
