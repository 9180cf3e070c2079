import type { Key } from "../../../contract/port";

/** The parts of a key value that the workspace shows. */
export type Ends = Pick<Key, "prefix" | "last4">;

/** A shorter prefix would be found in any text. */
const SHORTEST_PREFIX = 4;

/** Finds keys by the start and the end of a text. The time does not depend on the number of keys. */
export class KeysByEnds<Each extends Ends = Key> {
  readonly keys: readonly Each[];
  readonly #byEnd = new Map<string, Each[]>();
  readonly #lengths: ReadonlySet<number>;
  /** The prefixes that a text can be searched for: long enough, and without those that begin with another one. */
  readonly prefixes: readonly string[];

  constructor(keys: readonly Each[], defaultPrefix: string) {
    this.keys = keys;
    for (const key of keys) this.#byEnd.set(key.last4, [...(this.#byEnd.get(key.last4) ?? []), key]);
    this.#lengths = new Set(keys.map(({ last4 }) => last4.length));
    const all = [...new Set([defaultPrefix, ...keys.map(({ prefix }) => prefix)])];
    const searched = all.filter(({ length }) => length >= SHORTEST_PREFIX);
    this.prefixes = searched.filter(
      (prefix) => !searched.some((other) => other !== prefix && prefix.startsWith(other)),
    );
  }

  /** Returns the keys whose visible start and end this text has. */
  matching(text: string): Each[] {
    return [...this.#lengths].flatMap((length) => {
      const sameEnd = length === 0 ? [] : (this.#byEnd.get(text.slice(-length)) ?? []);
      return sameEnd.filter(
        ({ prefix, last4 }) => text.length >= prefix.length + last4.length && text.startsWith(prefix),
      );
    });
  }
}
