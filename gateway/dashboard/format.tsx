import type { Key } from "../store/keys";

const MINUTE_MS = 60 * 1000;
const STEPS = [
  ["minute", MINUTE_MS, 60],
  ["hour", 60 * MINUTE_MS, 24],
  ["day", 24 * 60 * MINUTE_MS, 30],
  ["month", 30 * 24 * 60 * MINUTE_MS, 12],
  ["year", 12 * 30 * 24 * 60 * MINUTE_MS, Number.POSITIVE_INFINITY],
] as const;

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const date = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" });
const dateAndTime = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });
const shortDate = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", timeZone: "UTC" });
const counts = new Intl.NumberFormat("en");
const rough = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
const cents = new Intl.NumberFormat("en", { style: "currency", currency: "USD" });
const twoDigits = new Intl.NumberFormat("en", { style: "currency", currency: "USD", maximumSignificantDigits: 2 });

export function formatCount(count: number): string {
  return counts.format(count);
}

/** Formats a large count in three digits at most, such as 1.65M. */
export function formatRough(count: number): string {
  return rough.format(count);
}

/** Formats an amount in cents, or in two significant digits if it is less than about ten cents. */
export function formatUsd(amount: number): string {
  return amount > 0 && amount < 0.095 ? twoDigits.format(amount) : cents.format(amount);
}

/** Formats a day in the form YYYY-MM-DD. */
export function formatDay(day: string): string {
  return shortDate.format(Date.parse(day));
}

export function formatDate(time: number): string {
  return date.format(time);
}

function formatAgo(time: number, now: number): string {
  const age = Math.max(0, now - time);
  const step = STEPS.find(([, length, limit]) => age < length * limit);
  if (!step || age < MINUTE_MS) return "just now";
  const [unit, length] = step;
  return relative.format(-Math.floor(age / length), unit);
}

/** The time relative to now, with the exact time on hover. */
export function RelativeTime({ time, now }: { time: number; now: number }) {
  return (
    <time datetime={new Date(time).toISOString()} title={`${dateAndTime.format(time)} UTC`}>
      {formatAgo(time, now)}
    </time>
  );
}

/** The exact time, in UTC. */
export function ExactTime({ time }: { time: number }) {
  return <time datetime={new Date(time).toISOString()}>{dateAndTime.format(time)}</time>;
}

/** The visible prefix and last four characters of a key value. */
export function MaskedKey({ prefix, last4 }: Pick<Key, "prefix" | "last4">) {
  return (
    <code class="mask">
      {prefix}
      <span aria-hidden="true">•••••••</span>
      <span class="visually-hidden"> hidden, ends in </span>
      {last4}
    </code>
  );
}
