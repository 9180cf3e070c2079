import { setImmediate } from "node:timers/promises";
import { type ChatRequest, textOf } from "./chat";

/**
 * A word with the white space before it and, where it ends with a mark, the line ends after it: `o200k_base` has no token across
 * the end of one. The tokenizer takes time with the square of what has no such end, so each run in it has a limit. What precedes
 * a match is never looked at again, so finding them takes time with the length of the text.
 */
const CHUNK = /\s{0,256}\S{1,256}(?:(?<=[^\s\p{L}\p{N}\p{M}])[\r\n/]{1,256})?|\s{1,256}/gu;
/** After so long other requests have their turn. */
const SLICE_MS = 5;

/** What OpenAI's models spend on the form of a chat: for each message, and for the start of the answer. */
const TOKENS_OF_A_MESSAGE = 3;
const TOKENS_OF_THE_ANSWERS_START = 3;

/** Words such as `<|endoftext|>` are plain text in what a caller sends. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

/** Loaded at the first use: it takes a tenth of a second, and 60 MB. */
const tokenizer = once(async () => {
  const { countTokens: count, setMergeCacheSize } = await import("gpt-tokenizer/encoding/o200k_base");
  // It would hold what callers have sent.
  setMergeCacheSize(0);
  return (text: string) => count(text, AS_TEXT);
});

/**
 * How many tokens these texts have in the encoding `o200k_base`. Of a run of over 256 characters it may be a few too many. The
 * signal ends it.
 */
export async function countTokens(texts: readonly string[], signal?: AbortSignal): Promise<number> {
  const count = await tokenizer();
  let tokens = 0;
  for await (const chunk of inTurns(chunksOf(texts), signal)) tokens += count(chunk);
  return tokens;
}

/** The longest start of a text that has at most so many tokens. */
export async function firstTokens(
  text: string,
  limit: number,
  signal?: AbortSignal,
): Promise<{ text: string; tokens: number }> {
  const count = await tokenizer();
  let end = 0;
  let tokens = 0;
  for await (const chunk of inTurns(chunksOf([text]), signal)) {
    const more = count(chunk);
    if (tokens + more > limit) {
      const start = longestStart(chunk, (part) => tokens + count(part) <= limit);
      return { text: text.slice(0, end) + start, tokens: tokens + count(start) };
    }
    tokens += more;
    end += chunk.length;
  }
  return { text, tokens };
}

function* chunksOf(texts: readonly string[]): Iterable<string> {
  for (const text of texts) for (const [chunk] of text.matchAll(CHUNK)) yield chunk;
}

/** Each of these; between them, others have their turn. */
async function* inTurns<T>(items: Iterable<T>, signal: AbortSignal | undefined): AsyncIterable<T> {
  let since = performance.now();
  for (const item of items) {
    yield item;
    if (performance.now() - since < SLICE_MS) continue;
    await setImmediate(undefined, { signal });
    since = performance.now();
  }
}

/** The longest start of a text that fits, of whole characters, where the whole does not. Found by halving. */
function longestStart(text: string, fits: (start: string) => boolean): string {
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

/** The tokens of what is asked, the way OpenAI's models count them. Only texts count. */
export async function countPrompt({ messages }: ChatRequest, signal?: AbortSignal): Promise<number> {
  const texts = messages.flatMap((message) => [message.role, textOf(message)]);
  return (await countTokens(texts, signal)) + messages.length * TOKENS_OF_A_MESSAGE + TOKENS_OF_THE_ANSWERS_START;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
