import type { Pair } from "./measure";
import type { Workbench } from "./workbench";

/** One row of the results: what is measured, against what, and what is expected. */
export interface Row {
  /** The name on the command line, such as `plugin-10-up`. */
  readonly name: string;
  /** What is measured, as a phrase in Markdown. */
  readonly what: string;
  /** What ours is compared with, as a phrase in Markdown. Undefined if only ours is measured. */
  readonly reference?: string;
  /** The unit of the measured values, such as `s`. */
  readonly unit: string;
  /** What the row expects. A row without a target is shown only. */
  readonly target?: Target;
  /** How many pairs a run measures. */
  readonly pairs: number;
  /** What prevents the target, as a sentence. It is shown only if the target is not met. */
  readonly obstacle?: string;
  readonly run: (workbench: Workbench, options: RunOptions) => Promise<Measurement>;
}

/** The limits of a ratio of ours to the reference, or of our own value. */
export interface Target {
  readonly of: "ratio" | "ours";
  readonly atMost?: number;
  readonly atLeast?: number;
}

export interface RunOptions {
  readonly pairs: number;
  /** Returns a size of the row, such as a number of keys. It is smaller than `full` in a trial run. */
  readonly size: (full: number) => number;
}

/** The measured values, of both sides or of ours alone, and a remark about them. */
export type Measurement = { readonly remark?: string } & (
  | { readonly pairs: readonly Pair[] }
  | { readonly values: readonly number[] }
);

/** Returns whether a median meets the target. */
export function isMet({ atMost = Number.POSITIVE_INFINITY, atLeast = 0 }: Target, median: number): boolean {
  return median <= atMost && median >= atLeast;
}
