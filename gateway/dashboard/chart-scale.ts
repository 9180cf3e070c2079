/** The axis of a chart: multiples of a round step, from zero to at least the highest value. */
export interface Scale {
  readonly step: number;
  readonly ticks: readonly number[];
  readonly top: number;
}

const ROUND = [1, 2, 2.5, 5, 10] as const;
const INTERVALS = 3;

/** Returns an axis of at most three steps. `highest` must be positive. With `whole`, each tick is a whole number. */
export function scaleOf(highest: number, { whole }: { whole: boolean }): Scale {
  const step = roundStep(highest / INTERVALS, whole);
  // A quotient such as 3.0000000000000004 would add a step.
  const intervals = Math.max(1, Math.ceil(highest / step - 1e-9));
  const ticks = Array.from({ length: intervals + 1 }, (_, index) => index * step);
  return { step, ticks, top: intervals * step };
}

/** Returns the lowest round number that is not less than `least`. */
function roundStep(least: number, whole: boolean): number {
  if (whole && least <= 1) return 1;
  const magnitude = 10 ** Math.floor(Math.log10(least));
  const steps = ROUND.map((factor) => factor * magnitude).filter((step) => !whole || Number.isInteger(step));
  return steps.find((step) => step >= least * (1 - 1e-9)) ?? 10 * magnitude;
}
