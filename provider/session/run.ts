import { Holders } from "./holders";
import { KnownKeys } from "./known-keys";

/**
 * What one process learns in the course of a run, across the calls about different resources: the one memory of it. A host
 * that does not know the URN of a resource gives undefined, and nothing is learned about that resource.
 */
export class Run {
  readonly known = new KnownKeys();
  readonly holders = new Holders();
  readonly #names = new Map<string, string>();
  readonly #refreshing = new Set<string>();
  readonly #said = new Set<string>();

  /**
   * The name of a resource whose program leaves it out. A replacement checks the new inputs a second time, with no state to
   * go by: the name of the first time stays.
   */
  name(urn: string | undefined, first: () => string | undefined): string | undefined {
    const known = (urn === undefined ? undefined : this.#names.get(urn)) ?? first();
    if (urn !== undefined && known !== undefined) this.#names.set(urn, known);
    return known;
  }

  /** Notes that the engine reads a resource that a state has: the Diff that follows shows what the refresh found. */
  beginRefresh(urn: string | undefined): void {
    if (urn !== undefined) this.#refreshing.add(urn);
  }

  /** Notes that the program's resource is checked: the Diff that follows is about what an update does. */
  endRefresh(urn: string | undefined): void {
    if (urn !== undefined) this.#refreshing.delete(urn);
  }

  isRefreshing(urn: string | undefined): boolean {
    return urn !== undefined && this.#refreshing.has(urn);
  }

  /** Whether this is the first time that the run has this to say. */
  isNew(topic: string): boolean {
    const isNew = !this.#said.has(topic);
    this.#said.add(topic);
    return isNew;
  }
}
