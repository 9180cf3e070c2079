import * as z from "zod";

const UNIT_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };
const LONGEST_MS = 3650 * 86_400_000;

/** Milliseconds of a duration like `30d`, `24h`, `90m` or `1h30m`: days, hours, minutes and seconds, in this order. */
export function durationMs(text: string): number | undefined {
  if (!/^(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/.test(text) || text === "") return undefined;
  const parts = [...text.matchAll(/(\d+)([dhms])/g)];
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (UNIT_MS[unit] ?? 0), 0);
}

const durationFrom = (shortestMs: number) =>
  z.string("must be a duration like 30d, 24h, 90m or 1h30m").superRefine((text, context) => {
    const milliseconds = durationMs(text);
    if (milliseconds === undefined) context.addIssue("must be a duration like 30d, 24h, 90m or 1h30m");
    else if (milliseconds < shortestMs) context.addIssue("must be longer than nothing");
    else if (milliseconds > LONGEST_MS) context.addIssue("must be at most 3650d");
  });

export const Duration = durationFrom(1);
/** Here `0s` has a meaning: none. */
export const DurationOrNone = durationFrom(0);

/** A length of time as a person would say it, to one unit: `31 days`, `2 hours`. */
export function formatDuration(milliseconds: number): string {
  const [count, unit] =
    milliseconds >= 2 * 86_400_000
      ? [Math.floor(milliseconds / 86_400_000), "day"]
      : milliseconds >= 3_600_000
        ? [Math.floor(milliseconds / 3_600_000), "hour"]
        : [Math.floor(milliseconds / 60_000), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** RFC 3339, without the fraction where there is none. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.000Z$/, "Z");
}
