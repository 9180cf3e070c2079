/** What became of one attempt, as far as the question of another one goes. */
export interface FailedAttempt {
  /** Undefined when there was no whole answer. */
  readonly status: number | undefined;
  /** The header `Retry-After`. */
  readonly retryAfter: string | undefined;
  /** The header `Date`. */
  readonly date: string | undefined;
}

const RETRIED_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 20_000;
/** A server that asks for a longer wait than this is not waited for. */
const LONGEST_RETRY_AFTER_MS = 120_000;

export function isTransient({ status }: FailedAttempt): boolean {
  return status === undefined || RETRIED_STATUSES.has(status);
}

/**
 * Milliseconds to wait before attempt number `attempt` + 1, or undefined if it is not worth it. The server's `Retry-After`
 * is obeyed; else the wait doubles each time, and jitter spreads it over its upper half, so that many keys that failed
 * together do not come back together.
 */
export function delayBefore(
  attempt: number,
  failed: FailedAttempt,
  now: number,
  random: () => number,
): number | undefined {
  const asked = retryAfterMs(failed, now);
  if (asked !== undefined) return asked <= LONGEST_RETRY_AFTER_MS ? asked + random() * FIRST_DELAY_MS : undefined;
  const ceiling = Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS);
  return ceiling * (0.5 + random() / 2);
}

/** `Retry-After` is a number of seconds or an HTTP date (RFC 9110, section 10.2.3). A date is one of the server's clock. */
function retryAfterMs({ retryAfter = "", date = "" }: FailedAttempt, now: number): number | undefined {
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const [until, serverNow] = [Date.parse(retryAfter), Date.parse(date)];
  return Number.isNaN(until) ? undefined : Math.max(0, until - (Number.isNaN(serverNow) ? now : serverNow));
}
