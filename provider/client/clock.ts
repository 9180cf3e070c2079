import { formatDuration } from "../values/duration";

const WARNED_ABOVE_MS = 60_000;

/** When a request was sent and its response arrived, by this machine's clock, in milliseconds since the epoch. */
export interface Exchange {
  readonly sentAt: number;
  readonly arrivedAt: number;
  /** The `Date` header of the response. */
  readonly date: string | undefined;
}

export interface ClockOptions {
  /** When the run began, by this machine's clock, in milliseconds since the epoch. */
  readonly start: number;
  /** Whether to learn the server's time. False where a test sets the time. */
  readonly learns: boolean;
  /** Told once if the two clocks are more than a minute apart. */
  readonly warn: (message: string) => void;
}

/**
 * The server's time. What the server says of a key (its age, its last use) is compared with it, and not with this machine's
 * clock, which may be hours off. Without a `Date` header it is this machine's.
 */
export class Clock {
  readonly #options: ClockOptions;
  #skewMs: number | undefined;

  constructor(options: ClockOptions) {
    this.#options = options;
  }

  /**
   * The time of the run: the server's time at its start, in milliseconds since the epoch. It stands still, so that what Diff
   * decides still holds when Update acts.
   */
  get now(): number {
    return this.#options.start + (this.#skewMs ?? 0);
  }

  /** The server's time at this moment. */
  get current(): number {
    return this.#options.learns ? Date.now() + (this.#skewMs ?? 0) : this.#options.start;
  }

  /** Learns the difference between the clocks from the first response that has a date. */
  learn({ sentAt, arrivedAt, date }: Exchange): void {
    if (!this.#options.learns || this.#skewMs !== undefined || date === undefined) return;
    const server = Date.parse(date);
    if (Number.isNaN(server)) return;
    // The header was written between sending and arrival, and has no fraction of a second: the smallest difference that
    // explains it is taken, so that a slow response is not mistaken for a wrong clock.
    const [least, most] = [server - arrivedAt, server + 1000 - sentAt];
    this.#skewMs = Math.min(Math.max(0, least), most);
    if (Math.abs(this.#skewMs) <= WARNED_ABOVE_MS) return;
    const apart = formatDuration(Math.round(Math.abs(this.#skewMs) / 60_000) * 60_000);
    const direction = this.#skewMs > 0 ? "ahead of" : "behind";
    this.#options.warn(
      `The server's clock is ${apart} ${direction} this machine's. Ages, overlaps and last uses are measured by the server's clock. Set this machine's clock if it is the wrong one.`,
    );
  }
}
