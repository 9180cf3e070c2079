import { Holders } from "./holders";
import { KnownKeys } from "./known-keys";

/**
 * The facts that a process learns during a run, shared by the calls for all resources. If the host does not know a resource's
 * URN, the URN is undefined and nothing is noted about the resource.
 */
export class Run {
  readonly known = new KnownKeys();
  readonly holders = new Holders();
  readonly #names = new Map<string, string>();
  readonly #refreshing = new Set<string>();
  readonly #reported = new Set<string>();

  /**
   * Returns the name of a resource without a name in the program. For a replacement, the engine checks the inputs a second
   * time, without the state: the first name is kept.
   */
  name(urn: string | undefined, first: () => string | undefined): string | undefined {
    const known = (urn === undefined ? undefined : this.#names.get(urn)) ?? first();
    if (urn !== undefined && known !== undefined) this.#names.set(urn, known);
    return known;
  }

  /** Notes that the engine refreshes a resource: the following Diff shows the result of the refresh. */
  beginRefresh(urn: string | undefined): void {
    if (urn !== undefined) this.#refreshing.add(urn);
  }

  /** Notes that the engine checks a resource of the program: the following Diff is about an update. */
  endRefresh(urn: string | undefined): void {
    if (urn !== undefined) this.#refreshing.delete(urn);
  }

  isRefreshing(urn: string | undefined): boolean {
    return urn !== undefined && this.#refreshing.has(urn);
  }

  /** Returns true only the first time that the run reports this topic. */
  isNew(topic: string): boolean {
    const isNew = !this.#reported.has(topic);
    this.#reported.add(topic);
    return isNew;
  }
}
