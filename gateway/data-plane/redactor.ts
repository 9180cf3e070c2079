import type { Bytes } from "./backend";

const REPLACEMENT = "[upstream key]";
/** Shorter keys are placeholders, such as those of local servers. Removing them would change ordinary words. */
const SHORTEST = 8;

/** Removes a key from what is forwarded, in the forms that it has in texts, in JSON and in URLs. */
export class Redactor {
  /** The forms of the key, longest first, with each byte as a character. */
  readonly #forms: readonly string[];
  /** Every proper beginning of a form. */
  readonly #beginnings: readonly string[];

  constructor(key: string | undefined) {
    this.#forms = key === undefined || key.length < SHORTEST ? [] : formsOf(key);
    this.#beginnings = this.#forms.flatMap((form) => Array.from(form, (_, length) => form.slice(0, length)).slice(1));
  }

  text(text: string): string {
    return this.#forms.reduce((redacted, form) => redacted.replaceAll(form, REPLACEMENT), text);
  }

  bytes(bytes: Bytes): Bytes {
    if (!this.#forms.some((form) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(form)))
      return bytes;
    return Buffer.from(this.text(Buffer.from(bytes).toString("latin1")), "latin1");
  }

  /** Forwards each chunk immediately, except an end that may be the beginning of the key. */
  async *stream(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    let held = "";
    for await (const chunk of chunks) {
      const text = this.text(held + Buffer.from(chunk).toString("latin1"));
      const end = text.length - this.#beginningAtEnd(text);
      held = text.slice(end);
      if (end > 0) yield Buffer.from(text.slice(0, end), "latin1");
    }
    if (held !== "") yield Buffer.from(held, "latin1");
  }

  /** Returns the length of the longest end of a text with which a form begins. */
  #beginningAtEnd(text: string): number {
    return Math.max(0, ...this.#beginnings.filter((beginning) => text.endsWith(beginning)).map(({ length }) => length));
  }
}

function formsOf(key: string): string[] {
  const inJson = JSON.stringify(key).slice(1, -1);
  const forms = new Set([key, inJson, inJson.replaceAll("/", "\\/"), encodeURIComponent(key)]);
  return Array.from(forms).sort((a, b) => b.length - a.length);
}
