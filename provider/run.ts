/** What one process learns in the course of a run, across the calls about the same resource. */
export class Run {
  readonly #names = new Map<string, string>();

  /**
   * The name of a resource whose program leaves it out. A replacement checks the new inputs a second time, with no state to
   * go by: the name of the first time stays.
   */
  name(urn: string, first: () => string | undefined): string | undefined {
    const known = this.#names.get(urn) ?? first();
    if (known !== undefined) this.#names.set(urn, known);
    return known;
  }
}
