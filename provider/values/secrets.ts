/** A shorter text is no token and no value, and blanking it out would blank out ordinary words. */
const SHORTEST = 8;

/** The secrets that this process has seen: its token, and the values of keys. No text that leaves the process holds one. */
export class Secrets {
  readonly #values = new Set<string>();

  add(...values: readonly (string | undefined)[]): void {
    for (const value of values) if (value !== undefined && value.length >= SHORTEST) this.#values.add(value);
  }

  has(value: string): boolean {
    return this.#values.has(value);
  }

  /** The name of the first field whose value contains a secret, or undefined. */
  fieldIn(fields: Readonly<Record<string, unknown>>): string | undefined {
    for (const value of this.#values) {
      const place = placeOf(value, fields);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** Returns the text with `[secret]` in place of each secret, and without control characters other than line ends. */
  clean(text: string): string {
    let cleaned = text;
    for (const value of this.#values) cleaned = cleaned.replaceAll(value, "[secret]");
    return cleaned.replace(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu, "");
  }
}

/** The path of the first string within `value` that contains the secret, or undefined. */
export function placeOf(secret: string, value: unknown, path = ""): string | undefined {
  if (typeof value === "string") return secret.length >= SHORTEST && value.includes(secret) ? path : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, part] of Object.entries(value)) {
    const place = placeOf(secret, part, path === "" ? name : `${path}.${name}`);
    if (place !== undefined) return place;
  }
  return undefined;
}
