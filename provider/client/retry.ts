/** The facts about an attempt that a retry depends on. */
export interface FailedAttempt {
  /** Undefined if no complete response was received. */
  readonly status: number | undefined;
  /** The `Retry-After` header. */
  readonly retryAfter: string | undefined;
  /** The `Date` header. */
  readonly date: string | undefined;
}

const RETRIED_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 20_000;
/** The longest accepted `Retry-After`. If the server requests a longer wait, the request is not retried. */
const LONGEST_RETRY_AFTER_MS = 120_000;

export function isTransient({ status }: FailedAttempt): boolean {
  return status === undefined || RETRIED_STATUSES.has(status);
}

/**
 * Returns the milliseconds to wait before attempt number `attempt` + 1, or undefined if it should not be made. Follows the
 * server's `Retry-After`. Without one, the wait doubles each time, with jitter over its upper half, so that requests that
 * failed together are not retried together.
 */
export function delayBefore(
  attempt: number,
  failed: FailedAttempt,
  now: number,
  random: () => number,
): number | undefined {
  const requested = retryAfterMs(failed, now);
  if (requested !== undefined) {
    return requested <= LONGEST_RETRY_AFTER_MS ? requested + random() * FIRST_DELAY_MS : undefined;
  }
  const ceiling = Math.min(FIRST_DELAY_MS * 2 ** attempt, LONGEST_DELAY_MS);
  return ceiling * (0.5 + random() / 2);
}

/**
 * Returns the milliseconds that `Retry-After` requests. It is a number of seconds or an HTTP date (RFC 9110, section 10.2.3). A
 * date is compared with the server's clock.
 */
function retryAfterMs({ retryAfter = "", date = "" }: FailedAttempt, now: number): number | undefined {
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const [until, serverNow] = [Date.parse(retryAfter), Date.parse(date)];
  return Number.isNaN(until) ? undefined : Math.max(0, until - (Number.isNaN(serverNow) ? now : serverNow));
}
