/** Shorter texts are ignored: they cannot be secrets, and masking them would mask ordinary words. */
const SHORTEST = 8;

/** The secrets that this process has seen: its token and key values. They are masked in every text that leaves the process. */
export class Secrets {
  readonly #values = new Set<string>();

  add(...values: readonly (string | undefined)[]): void {
    for (const value of values) if (value !== undefined && value.length >= SHORTEST) this.#values.add(value);
  }

  /** Returns true if the value is one of the secrets. */
  has(value: string): boolean {
    return this.#values.has(value);
  }

  /** Returns the name of the first field whose value contains a secret, or undefined. */
  fieldIn(fields: Readonly<Record<string, unknown>>): string | undefined {
    for (const value of this.#values) {
      const place = secretPathIn(value, fields);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** Returns the text with each secret replaced by `[secret]`, and without control characters except line breaks. */
  clean(text: string): string {
    let cleaned = text;
    for (const value of this.#values) cleaned = cleaned.replaceAll(value, "[secret]");
    return cleaned.replace(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu, "");
  }
}

/** Returns the path of the first string in `value` that contains the secret, or undefined. */
export function secretPathIn(secret: string, value: unknown, path = ""): string | undefined {
  if (typeof value === "string") return secret.length >= SHORTEST && value.includes(secret) ? path : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, part] of Object.entries(value)) {
    const place = secretPathIn(secret, part, path === "" ? name : `${path}.${name}`);
    if (place !== undefined) return place;
  }
  return undefined;
}
