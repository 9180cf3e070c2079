/** Longer names make generated programs hard to read. */
const LONGEST = 60;

/** Letters without a decomposition into a Latin letter and a mark. */
const LATIN: Readonly<Record<string, string>> = { æ: "ae", đ: "d", ð: "d", ı: "i", ł: "l", ø: "o", œ: "oe", þ: "th" };

/**
 * Names that break the code that `pulumi import` generates, in one language or in all. Pulumi's generators escape every other
 * keyword of their languages.
 */
const UNUSABLE: ReadonlySet<string> = new Set(
  "arguments ctx err eval exports false let null pulumi range require static true undefined".split(" "),
);

/**
 * Derives names of resources from the names of keys. Each has the form `ci-cd-2`, from which the generators of all languages make
 * an identifier. No two of them become the same identifier, whether a language writes it with dashes, underscores or capitals.
 */
export class ResourceNames {
  readonly #taken: Set<string>;
  /** The last number that was appended to each name. */
  readonly #numbers = new Map<string, number>();

  /** `taken` are the names of existing resources. */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(Array.from(taken, identifierOf));
  }

  /** Returns a name for a key, which no resource has. */
  next(keyName: string): string {
    const base = baseOf(keyName);
    for (let number = (this.#numbers.get(base) ?? 0) + 1; ; number += 1) {
      const name = number === 1 ? base : `${base}-${number}`;
      const identifier = identifierOf(name);
      if (this.#taken.has(identifier)) continue;
      this.#taken.add(identifier);
      this.#numbers.set(base, number);
      return name;
    }
  }
}

/** Returns what is left of a name if case and separators do not count. */
function identifierOf(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

function baseOf(keyName: string): string {
  // The uppercase of `ß` is `SS`.
  const lowercase = keyName.normalize("NFKD").toUpperCase().toLowerCase().replace(/\p{M}/gu, "");
  const latin = lowercase.replace(/[^\p{ASCII}]/gu, (letter) => LATIN[letter] ?? letter);
  const words = (latin.match(/[a-z0-9]+/g) ?? []).join("-");
  const name = /^[a-z]/.test(words) ? words : ["key", words].filter(Boolean).join("-");
  const short = name.slice(0, LONGEST).replace(/-$/, "");
  return UNUSABLE.has(short) ? `${short}-key` : short;
}
