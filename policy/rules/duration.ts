export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

const UNITS_MS: ReadonlyMap<string, number> = new Map([
  ["d", DAY_MS],
  ["h", HOUR_MS],
  ["m", 60_000],
  ["s", 1000],
]);

/** Returns the milliseconds of a duration such as `30d` or `1h30m`, which the provider has already checked. */
export function durationMs(duration: string): number {
  const parts = Array.from(duration.matchAll(/(\d+)([dhms])/g));
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (UNITS_MS.get(unit) ?? 0), 0);
}
