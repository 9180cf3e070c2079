import { setImmediate } from "node:timers/promises";
import type { Prompt } from "./prompt";

/**
 * A chunk of text: a word with the white space before it and, if it ends with a punctuation mark, the line ends after it.
 * No token of `o200k_base` continues past such an end. The tokenizer takes quadratic time within a chunk, so each run in it has
 * at most 256 characters. The pattern does not look back beyond a match, so splitting a text takes linear time.
 */
const CHUNK = /\s{0,256}\S{1,256}(?:(?<=[^\s\p{L}\p{N}\p{M}])[\r\n/]{1,256})?|\s{1,256}/gu;
/** How long counting runs before other requests are served. */
const SLICE_MS = 5;

/** The tokens that OpenAI's models add for each message, and for the start of the response. */
const TOKENS_PER_MESSAGE = 3;
const TOKENS_PER_RESPONSE = 3;

/** Treats special tokens such as `<|endoftext|>` as plain text. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

/** Loads the tokenizer on first use, which takes 0.1 s and 60 MB. */
const tokenizer = once(async () => {
  const { countTokens: count, setMergeCacheSize } = await import("gpt-tokenizer/encoding/o200k_base");
  // The cache would keep texts of callers in memory.
  setMergeCacheSize(0);
  return (text: string) => count(text, AS_TEXT);
});

/**
 * Counts the tokens of the texts in the encoding `o200k_base`. The count of a run of more than 256 characters may be slightly too
 * high. Rejects when the signal is aborted.
 */
export async function countTokens(texts: readonly string[], signal?: AbortSignal): Promise<number> {
  const count = await tokenizer();
  let tokens = 0;
  for await (const chunk of inSlices(chunksOf(texts), signal)) tokens += count(chunk);
  return tokens;
}

/** Returns the longest prefix of a text that has at most `limit` tokens, and its number of tokens. */
export async function firstTokens(
  text: string,
  limit: number,
  signal?: AbortSignal,
): Promise<{ text: string; tokens: number }> {
  const count = await tokenizer();
  let end = 0;
  let tokens = 0;
  for await (const chunk of inSlices(chunksOf([text]), signal)) {
    const more = count(chunk);
    if (tokens + more > limit) {
      const prefix = longestPrefix(chunk, (part) => tokens + count(part) <= limit);
      return { text: text.slice(0, end) + prefix, tokens: tokens + count(prefix) };
    }
    tokens += more;
    end += chunk.length;
  }
  return { text, tokens };
}

function* chunksOf(texts: readonly string[]): Iterable<string> {
  for (const text of texts) for (const [chunk] of text.matchAll(CHUNK)) yield chunk;
}

/** Yields each item, and lets other requests run between them. */
async function* inSlices<T>(items: Iterable<T>, signal: AbortSignal | undefined): AsyncIterable<T> {
  let since = performance.now();
  for (const item of items) {
    yield item;
    if (performance.now() - since < SLICE_MS) continue;
    await setImmediate(undefined, { signal });
    since = performance.now();
  }
}

/** Returns the longest prefix of whole characters that fits, by binary search. The whole text must not fit. */
function longestPrefix(text: string, fits: (prefix: string) => boolean): string {
  const characters = Array.from(text);
  let best = 0;
  let tooLong = characters.length;
  while (tooLong - best > 1) {
    const middle = Math.floor((best + tooLong) / 2);
    if (fits(characters.slice(0, middle).join(""))) best = middle;
    else tooLong = middle;
  }
  return characters.slice(0, best).join("");
}

/** Counts the tokens of a prompt the way OpenAI's models do. Counts only texts. */
export async function countPrompt({ messages }: Prompt, signal?: AbortSignal): Promise<number> {
  const texts = messages.flatMap(({ role, text }) => [role, text]);
  return (await countTokens(texts, signal)) + messages.length * TOKENS_PER_MESSAGE + TOKENS_PER_RESPONSE;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
