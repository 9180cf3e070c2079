/** The two sides of a comparison. */
export type Side = "ours" | "reference";

/** One measurement of ours, and one of the reference directly before or after it. */
export interface Pair {
  readonly ours: number;
  readonly reference: number;
}

/** The middle and the extremes of several values. */
export interface Spread {
  readonly lowest: number;
  readonly median: number;
  readonly highest: number;
}

/**
 * Measures both sides in turn, as often as `count` says. Every second pair begins with the reference, so that a change in the
 * load of the machine affects both sides.
 */
export async function measurePairs(count: number, measure: (side: Side) => Promise<number>): Promise<Pair[]> {
  return measureTimes(count, async (index) => {
    if (index % 2 === 0) {
      const ours = await measure("ours");
      return { ours, reference: await measure("reference") };
    }
    const reference = await measure("reference");
    return { ours: await measure("ours"), reference };
  });
}

/** Measures as often as `count` says, one measurement after the other. */
export async function measureTimes<Result>(
  count: number,
  measure: (index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let index = 0; index < count; index += 1) results.push(await measure(index));
  return results;
}

/** Returns how long the work takes, in seconds. */
export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}

/** Returns the median and the extremes. Throws a RangeError if there is no value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const [lower, upper] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  const [lowest, highest] = [sorted[0], sorted.at(-1)];
  if (lower === undefined || upper === undefined || lowest === undefined || highest === undefined)
    throw new RangeError("there is no value to summarize");
  return { lowest, median: (lower + upper) / 2, highest };
}
