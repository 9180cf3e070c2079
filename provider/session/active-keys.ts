import type { Batch, Key } from "../../contract/port";
import type { Client } from "../client/client";

/** The first page of the list of active keys. */
export interface FirstPage {
  readonly keys: readonly Key[];
  /** Whether the list has no other pages. */
  readonly isLast: boolean;
  /** Reads the other pages. */
  readonly rest: AsyncGenerator<Batch>;
}

/** The list of active keys. It is read at most once: first one page, then the other pages if they are needed. */
export class ActiveKeys {
  readonly #client: Pick<Client, "batches">;
  readonly #note: (keys: readonly Key[]) => void;
  #first: Promise<FirstPage> | undefined;
  #all: Promise<void> | undefined;

  /** Calls `note` with the keys of each page. */
  constructor(client: Pick<Client, "batches">, note: (keys: readonly Key[]) => void) {
    this.#client = client;
    this.#note = note;
  }

  /** Whether all pages are read or are being read. */
  get isWanted(): boolean {
    return this.#all !== undefined;
  }

  /** Reads the first page. */
  readFirst(): Promise<FirstPage> {
    this.#first ??= this.#readFirst().catch((error: unknown) => this.#startOver(error));
    return this.#first;
  }

  /** Reads all pages. */
  readAll(): Promise<void> {
    this.#all ??= this.#readAll().catch((error: unknown) => this.#startOver(error));
    return this.#all;
  }

  async #readFirst(): Promise<FirstPage> {
    const pages = this.#client.batches({ status: "active" });
    const first = await pages.next();
    if (first.done) return { keys: [], isLast: true, rest: pages };
    const { keys, next } = first.value;
    this.#note(keys);
    return { keys, isLast: next === undefined, rest: pages };
  }

  async #readAll(): Promise<void> {
    const { rest } = await this.readFirst();
    for await (const { keys } of rest) this.#note(keys);
  }

  #startOver(error: unknown): never {
    this.#first = undefined;
    this.#all = undefined;
    throw error;
  }
}
