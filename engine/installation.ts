/** What a way of getting an engine is told. */
export interface Installation {
  /** The folder to fill: the programs go to its `bin`. */
  readonly root: string;
  /** The programs that are missing now. */
  readonly wanted: readonly string[];
  readonly progress: (line: string) => void;
}
