import * as z from "zod";

const UNIT_MS: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };
const LONGEST_MS = 3650 * 86_400_000;

/**
 * Returns the milliseconds of a duration like `30d`, `24h`, `90m` or `1h30m`, or undefined if the text is not a duration. The
 * units are days, hours, minutes and seconds, in this order.
 */
export function durationMs(text: string): number | undefined {
  if (!/^(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/.test(text) || text === "") return undefined;
  const parts = [...text.matchAll(/(\d+)([dhms])/g)];
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * (UNIT_MS[unit] ?? 0), 0);
}

const durationFrom = (shortestMs: number) =>
  z.string("must be a duration like 30d, 24h, 90m or 1h30m").superRefine((text, context) => {
    const milliseconds = durationMs(text);
    if (milliseconds === undefined) context.addIssue("must be a duration like 30d, 24h, 90m or 1h30m");
    else if (milliseconds < shortestMs) context.addIssue("must be longer than zero");
    else if (milliseconds > LONGEST_MS) context.addIssue("must be at most 3650d");
  });

export const Duration = durationFrom(1);
/** A duration that may be `0s`. */
export const DurationOrZero = durationFrom(0);

/** Returns a length of time as text in one unit: `31 days`, `2 hours`. */
export function formatDuration(milliseconds: number): string {
  const [count, unit] =
    milliseconds >= 2 * 86_400_000
      ? [Math.floor(milliseconds / 86_400_000), "day"]
      : milliseconds >= 3_600_000
        ? [Math.floor(milliseconds / 3_600_000), "hour"]
        : [Math.floor(milliseconds / 60_000), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** Returns an RFC 3339 timestamp, without a fraction if it is zero. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.000Z$/, "Z");
}

/** Returns an RFC 3339 timestamp for people, without the fraction of its second. */
export function inSeconds(milliseconds: number): string {
  return timestamp(Math.floor(milliseconds / 1000) * 1000);
}
