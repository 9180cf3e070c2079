import type { Ends, KeysByEnds } from "./keys-by-ends";

/** The prefix of key values in the vendor's documentation. */
export const DEFAULT_PREFIX = "dg_live_";

/** A text that may be a key value. */
export interface LeakedValue {
  readonly text: string;
  /**
   * Whether the text may be sent to the workspace's addresses, to try it. False for a masked value, and for a text without a
   * prefix of the workspace's keys: it may be a secret of another vendor.
   */
  readonly maySend: boolean;
  /** Whether characters between the start and the end are hidden, as in `dg_live_•••••••ab12`. */
  readonly isMasked: boolean;
}

type Keys = Pick<KeysByEnds<Ends>, "prefixes" | "matching">;

/** The number of characters that a value has after its prefix, at least. */
const SHORTEST_REST = 4;
const LONGEST_VALUE = 512;

/** Letters, digits, underscores and hyphens: the characters that values consist of, as far as they are known. */
const USUAL = /^[\w-]*/;
const WORD = /^\S*/;
const VISIBLE = /^[\x21-\x7e]*/;
const MASKED = /^[\w-]*(?:[•●∙·*…]+|\.{2,})[\w-]{4}(?![\w-])/;

/**
 * Returns the texts that may be values of these keys, whatever surrounds them: a bare value, or lines of a log with quotes,
 * URL encoding, JSON escapes or Base64.
 */
export function leakedValuesIn(text: string, keys: Keys): LeakedValue[] {
  const found = new Map<string, LeakedValue>();
  const words = new Set<string>();
  for (const form of formsOf(text)) {
    for (const prefix of keys.prefixes) {
      for (const start of startsOf(prefix, form)) {
        const [word = ""] = WORD.exec(form.slice(start, start + LONGEST_VALUE)) ?? [];
        // A log repeats the same values.
        if (words.has(word)) continue;
        words.add(word);
        for (const value of valuesAtStartOf(word, prefix, keys)) found.set(value.text, value);
      }
    }
  }
  if (found.size > 0) return [...found.values()];
  const whole = text.trim().replace(/^(["'`])(.*)\1$/, "$2");
  return keys.matching(whole).length > 0 ? [{ text: whole, maySend: false, isMasked: false }] : [];
}

/** Returns whether the text has the start of a key value. */
export function hasPrefix(text: string, { prefixes }: Pick<Keys, "prefixes">): boolean {
  return prefixes.some((prefix) => text.includes(prefix));
}

function valuesAtStartOf(word: string, prefix: string, keys: Keys): LeakedValue[] {
  const [masked = ""] = MASKED.exec(word) ?? [];
  const toValue = (text: string) => ({ text, maySend: text !== masked, isMasked: text === masked });
  // The text may continue immediately after the value, or the value may have unusual characters: the keys show where it ends.
  const [visible = ""] = VISIBLE.exec(word) ?? [];
  const ends = Array.from(visible, (_, index) => visible.slice(0, index + 1));
  const values = ends.filter((end) => keys.matching(end).length > 0);
  if (values.length > 0) return values.map(toValue);
  if (masked !== "") return [toValue(masked)];
  const [usual = ""] = USUAL.exec(word) ?? [];
  return usual.length >= prefix.length + SHORTEST_REST ? [toValue(usual)] : [];
}

function* startsOf(prefix: string, text: string): Generator<number> {
  for (let start = text.indexOf(prefix); start !== -1; start = text.indexOf(prefix, start + 1)) yield start;
}

/** Returns the text, and what it decodes to. */
function formsOf(text: string): Set<string> {
  return new Set([
    text,
    // UTF-16 without a mark at its start.
    text.replaceAll("\0", ""),
    text.replace(/%([2-7][\da-f])/gi, (_, code: string) => characterOf(code)),
    text.replace(/\\(?:u00([2-7][\da-f])|\/)/gi, (_, code?: string) => (code === undefined ? "/" : characterOf(code))),
    // Kubernetes shows the values of a Secret in Base64.
    ...(text.match(/[\w+/-]{16,}/g) ?? []).map((encoded) => Buffer.from(encoded, "base64").toString("latin1")),
  ]);
}

function characterOf(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16));
}
