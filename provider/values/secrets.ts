/** Shorter texts are ignored: they cannot be secrets, and masking them would mask ordinary words. */
const SHORTEST = 8;

/** The secrets that this process has seen: its token and key values. They are masked in every text that leaves the process. */
export class Secrets {
  readonly #values = new Set<string>();
  readonly #onlyMasked = new Set<string>();
  #longestFirst: readonly string[] | undefined;
  /** The same values by their last characters. Their first ones are often the same. */
  readonly #byEnding = new Map<string, string[]>();

  add(...values: readonly (string | undefined)[]): void {
    for (const value of values) {
      if (value === undefined || value.length < SHORTEST || this.#values.has(value)) continue;
      this.#values.add(value);
      this.#longestFirst = undefined;
      const ending = value.slice(-SHORTEST);
      this.#byEnding.set(ending, [...(this.#byEnding.get(ending) ?? []), value]);
    }
  }

  /** Masks values that no request has sent. Some may be ordinary words, so a field of the server may contain them. */
  mask(...values: readonly string[]): void {
    for (const value of values) if (value.length >= SHORTEST) this.#onlyMasked.add(value);
    this.#longestFirst = undefined;
  }

  /** Returns true if the value is one of the secrets. */
  has(value: string): boolean {
    return this.#values.has(value);
  }

  /** Returns the name of the first field whose value contains a secret, or undefined. */
  fieldIn(fields: Readonly<Record<string, unknown>>): string | undefined {
    return pathIn(fields, (text) => this.#isIn(text));
  }

  /** Returns the text with each secret replaced by `[secret]`, and without control characters except line breaks. */
  clean(text: string): string {
    let cleaned = text;
    // The longest first: a shorter one may be a part of it.
    this.#longestFirst ??= [...this.#values, ...this.#onlyMasked].sort((a, b) => b.length - a.length);
    for (const value of this.#longestFirst) cleaned = cleaned.replaceAll(value, "[secret]");
    return cleaned.replace(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu, "");
  }

  /** Whether the text contains a secret. The time does not depend on the number of secrets, since each state is searched for all. */
  #isIn(text: string): boolean {
    for (let end = SHORTEST; end <= text.length; end += 1) {
      const candidates = this.#byEnding.get(text.slice(end - SHORTEST, end));
      if (candidates?.some((value) => text.endsWith(value, end))) return true;
    }
    return false;
  }
}

/** Returns the path of the first string in `value` that contains the secret, or undefined. */
export function secretPathIn(secret: string, value: unknown): string | undefined {
  return secret.length < SHORTEST ? undefined : pathIn(value, (text) => text.includes(secret));
}

function pathIn(value: unknown, isMatch: (text: string) => boolean, path = ""): string | undefined {
  if (typeof value === "string") return isMatch(value) ? path : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, part] of Object.entries(value)) {
    const place = pathIn(part, isMatch, path === "" ? name : `${path}.${name}`);
    if (place !== undefined) return place;
  }
  return undefined;
}
