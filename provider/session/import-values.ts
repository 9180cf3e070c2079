import type { TriedKey } from "../client/try-key";
import { mayBeValueOf } from "../values/key-value";
import type { Secrets } from "../values/secrets";
import { readValues } from "./values-file";

export interface ImportValuesOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly secrets: Secrets;
  /** Sends a key value to the data plane. Undefined if its address is not configured. */
  readonly tryKey: ((value: string) => Promise<TriedKey>) | undefined;
}

/** The value for the state of an imported key, or why there is none. */
export type ImportedValue =
  /** `uncheckedBecause` is set if the data plane is configured and could not check the value. */
  | { readonly value: string; readonly uncheckedBecause: string | undefined }
  | { readonly missing: "not given" | "not matched" | "rejected" }
  /** `undecidedBecause` is undefined if the data plane accepts several values. */
  | { readonly missing: "ambiguous"; readonly undecidedBecause: string | undefined };

const PATH_VARIABLE = "DENCH_IMPORT_KEYS";

/** The key values that the user passes for imports. */
export class ImportValues {
  readonly #options: ImportValuesOptions;
  readonly #single: string | undefined;
  readonly #path: string | undefined;
  readonly #tries = new Map<string, Promise<TriedKey>>();
  #values: Promise<ReadonlySet<string>> | undefined;
  #firstTry: Promise<TriedKey> | undefined;

  constructor(options: ImportValuesOptions) {
    this.#options = options;
    // A value that is read from a file often ends with a line break.
    this.#single = options.env["DENCH_IMPORT_KEY"]?.trim() || undefined;
    this.#path = options.env[PATH_VARIABLE] || undefined;
    options.secrets.add(this.#single);
  }

  /** Where the values come from, for messages. Undefined if none are given. */
  get source(): string | undefined {
    const file = this.#path === undefined ? undefined : `the file in ${PATH_VARIABLE}`;
    if (this.#single === undefined) return file;
    return file === undefined ? "DENCH_IMPORT_KEY" : `DENCH_IMPORT_KEY or ${file}`;
  }

  /** Returns all values. The file is read once. Throws `invalid_config` if it cannot be read. */
  all(): Promise<ReadonlySet<string>> {
    this.#values ??= this.#read();
    return this.#values;
  }

  /**
   * Returns the value that matches the visible parts of a key, unless the data plane rejects it. If several values match, the
   * data plane has to accept exactly one.
   */
  async valueOf(key: { readonly prefix: string; readonly last4: string }): Promise<ImportedValue> {
    const matches = [...(await this.all())].filter((value) => mayBeValueOf(key, value));
    const { secrets, tryKey } = this.#options;
    secrets.add(...matches);
    const [only, ...others] = matches;
    if (only === undefined) return { missing: this.source === undefined ? "not given" : "not matched" };
    if (others.length === 0 && tryKey === undefined) return { value: only, uncheckedBecause: undefined };

    const results: { readonly value: string; readonly result: TriedKey }[] = [];
    for (const value of matches) results.push({ value, result: await this.#try(value) });
    const accepted = results.filter(({ result }) => result === "accepted");
    const possible = accepted.length > 0 ? accepted : results.filter(({ result }) => result !== "rejected");
    const [first] = possible;
    if (first === undefined) return { missing: "rejected" };
    const because = typeof first.result === "object" ? first.result.unknownBecause : undefined;
    if (possible.length > 1) return { missing: "ambiguous", undecidedBecause: because };
    return { value: first.value, uncheckedBecause: because };
  }

  async #read(): Promise<ReadonlySet<string>> {
    const values = this.#path === undefined ? new Set<string>() : await readValues(this.#path, PATH_VARIABLE);
    this.#options.secrets.mask(...values);
    return this.#single === undefined ? values : new Set([this.#single, ...values]);
  }

  /** Sends a value to the data plane once. */
  #try(value: string): Promise<TriedKey> {
    const result = this.#tries.get(value) ?? this.#tryNext(value);
    this.#tries.set(value, result);
    return result;
  }

  /** The other values wait for the first, so that a data plane that does not respond delays a run only once. */
  async #tryNext(value: string): Promise<TriedKey> {
    const { tryKey } = this.#options;
    if (tryKey === undefined) return { unknownBecause: "gatewayUrl is not set" };
    if (this.#firstTry === undefined) {
      this.#firstTry = tryKey(value);
      return this.#firstTry;
    }
    const first = await this.#firstTry;
    if (typeof first === "object") return first;
    const result = await tryKey(value);
    if (typeof result === "object") this.#firstTry = Promise.resolve(result);
    return result;
  }
}
