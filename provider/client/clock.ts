import { formatDuration } from "../values/duration";

const WARNED_ABOVE_MS = 60_000;

/** The times when a request was sent and its response arrived: this machine's clock, in milliseconds since the epoch. */
export interface Exchange {
  readonly sentAt: number;
  readonly arrivedAt: number;
  /** The `Date` header of the response. */
  readonly date: string | undefined;
}

export interface ClockOptions {
  /** The start of the run: this machine's clock, in milliseconds since the epoch. */
  readonly start: number;
  /** Whether to use the server's time. False if a test sets the time. */
  readonly learns: boolean;
  /** Called once if the clocks differ by more than a minute. */
  readonly warn: (message: string) => void;
}

/**
 * The server's time, which a key's age and last use are compared with: this machine's clock may be hours off. If responses
 * have no `Date` header, it is this machine's time.
 */
export class Clock {
  readonly #options: ClockOptions;
  #skewMs: number | undefined;

  constructor(options: ClockOptions) {
    this.#options = options;
  }

  /**
   * The server's time at the start of the run, in milliseconds since the epoch. It does not change during the run, so that
   * Update makes the same decision as Diff.
   */
  get now(): number {
    return this.#options.start + (this.#skewMs ?? 0);
  }

  /** The server's current time. */
  get current(): number {
    return this.#options.learns ? Date.now() + (this.#skewMs ?? 0) : this.#options.start;
  }

  /** Learns the difference between the clocks from the first response with a `Date` header. */
  learn({ sentAt, arrivedAt, date }: Exchange): void {
    if (!this.#options.learns || this.#skewMs !== undefined || date === undefined) return;
    const server = Date.parse(date);
    if (Number.isNaN(server)) return;
    // The server wrote the header between sending and arrival, without fractions of a second. The smallest possible
    // difference is used, so that a slow response is not mistaken for a wrong clock.
    const [least, most] = [server - arrivedAt, server + 1000 - sentAt];
    this.#skewMs = Math.min(Math.max(0, least), most);
    if (Math.abs(this.#skewMs) <= WARNED_ABOVE_MS) return;
    const apart = formatDuration(Math.round(Math.abs(this.#skewMs) / 60_000) * 60_000);
    const direction = this.#skewMs > 0 ? "ahead of" : "behind";
    this.#options.warn(
      `The server's clock is ${apart} ${direction} this machine's clock. The provider uses the server's clock for ages, overlaps and last uses. If this machine's clock is wrong, correct it.`,
    );
  }
}
