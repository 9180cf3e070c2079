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

/** Formats an amount in cents. An amount of less than a cent is `< $0.01`. */
export function formatUsd(amount: number): string {
  return amount > 0 && amount < 0.01 ? "< $0.01" : cents.format(amount);
}

/** Formats an amount in cents, or in two significant digits if it is less than about ten cents. */
export function formatExactUsd(amount: number): string {
  return amount > 0 && amount < 0.095 ? twoDigits.format(amount) : cents.format(amount);
}

/** Formats an amount of an axis, with the decimals that its steps need. */
export function formatStepUsd(amount: number, step: number): string {
  if (amount === 0) return "$0";
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const isWhole = Number.isInteger(step);
  const digits = isWhole ? 0 : Math.max(2, decimals + (isTwoDigit(step, decimals) ? 1 : 0));
  return new Intl.NumberFormat("en", {
    style: "currency",
    currency: "USD",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount);
}

/** Whether a step has a second significant digit, as 0.25 has. */
function isTwoDigit(step: number, decimals: number): boolean {
  const first = step * 10 ** decimals;
  return Math.abs(first - Math.round(first)) > 1e-6;
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

/** The last use of a key relative to now, or `Never`. */
export function LastUse({ time, now }: { time: number | null; now: number }) {
  return time === null ? <>Never</> : <RelativeTime time={time} now={now} />;
}

/** The exact time, in UTC. */
export function ExactTime({ time }: { time: number }) {
  return <time datetime={new Date(time).toISOString()}>{dateAndTime.format(time)}</time>;
}

/** A text with a button that copies it. */
export function Copyable({ id, children }: { id: string; children: string }) {
  return (
    <span class="copyable">
      <code id={id}>{children}</code>
      <button type="button" class="quiet small" data-copy={id}>
        Copy
      </button>
    </span>
  );
}

/** The scopes of a key. */
export function Scopes({ scopes }: Pick<Key, "scopes">) {
  return (
    <ul class="scopes">
      {scopes.map((scope) => (
        <li>
          <code>{scope}</code>
        </li>
      ))}
    </ul>
  );
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
