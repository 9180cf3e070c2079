/** Two clocks, in milliseconds. */
export interface Clocks {
  /** The time since the epoch. It may be set back. */
  readonly wall: () => number;
  /** The time since any moment. It is never set back. */
  readonly monotonic: () => number;
}

/** Simulates the time that a new key value takes to reach a data plane. */
export class Propagation {
  readonly #milliseconds: number;
  readonly #clocks: Clocks;
  /** When each key becomes valid, by its ID, on the monotonic clock. Empty if nothing propagates. */
  readonly #ends = new Map<string, number>();

  constructor(seconds: number, clocks: Clocks) {
    this.#milliseconds = seconds * 1000;
    this.#clocks = clocks;
  }

  /** Returns whether a key is valid everywhere. */
  isOver({ id, createdAt }: { readonly id: string; readonly createdAt: number }): boolean {
    return this.#milliseconds === 0 || this.#endOf(id, createdAt) <= this.#clocks.monotonic();
  }

  #endOf(id: string, createdAt: number): number {
    const known = this.#ends.get(id);
    if (known !== undefined) return known;
    // The wall clock may have been set since the key was created, so it can show any age.
    const left = createdAt + this.#milliseconds - this.#clocks.wall();
    const end = this.#clocks.monotonic() + Math.min(Math.max(left, 0), this.#milliseconds);
    this.#ends.set(id, end);
    return end;
  }
}
