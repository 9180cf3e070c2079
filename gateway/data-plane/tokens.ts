import { setImmediate } from "node:timers/promises";
import { type ChatRequest, textOf } from "./chat";

/** The tokenizer takes time with the square of a run without, or of nothing but, white space: this is the longest it gets. */
const LONG_RUN = /\S{256}|\s{256}/gu;
/** In characters; those of the encoding have at most 128. */
const LONGEST_TOKEN = 128;
/** After so long other requests have their turn. */
const SLICE_MS = 5;

/** What OpenAI's models spend on the form of a chat: for each message, and for the start of the answer. */
const TOKENS_OF_A_MESSAGE = 3;
const TOKENS_OF_THE_ANSWERS_START = 3;

/** Words such as `<|endoftext|>` are plain text in what a caller sends. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

/** Loaded at the first use: it takes a tenth of a second, and 60 MB. */
const tokenizer = once(async () => {
  const { encodeGenerator, setMergeCacheSize } = await import("gpt-tokenizer/encoding/o200k_base");
  // It would hold what callers have sent.
  setMergeCacheSize(0);
  return encodeGenerator;
});

/**
 * How many tokens these texts have in the encoding `o200k_base`; counted no further than just over the limit. Of a run of over
 * 256 characters it may be a few too many.
 */
export async function countTokens(texts: readonly string[], limit = Number.POSITIVE_INFINITY): Promise<number> {
  const encodeGenerator = await tokenizer();
  let count = 0;
  let since = performance.now();
  for (const piece of piecesOf(texts)) {
    for (const tokens of encodeGenerator(piece, AS_TEXT)) {
      count += tokens.length;
      if (count > limit) return count;
      if (performance.now() - since > SLICE_MS) {
        await setImmediate();
        since = performance.now();
      }
    }
  }
  return count;
}

function* piecesOf(texts: readonly string[]): Iterable<string> {
  for (const text of texts) {
    let start = 0;
    for (const { index, 0: run } of text.matchAll(LONG_RUN)) {
      const end = index + run.length;
      yield text.slice(start, end);
      start = end;
    }
    yield text.slice(start);
  }
}

/** The longest start of a text that has at most so many tokens. */
export async function firstTokens(text: string, limit: number): Promise<{ text: string; tokens: number }> {
  const all = await countTokens([text], limit);
  if (all <= limit) return { text, tokens: all };
  // Halved, not decoded from the tokens: they may end within a character, of which the library's decoder keeps the rest.
  let best = { text: "", tokens: 0 };
  let tooLong = Math.min(text.length, limit * LONGEST_TOKEN + 1);
  while (tooLong - best.text.length > 1) {
    const start = text.slice(0, Math.ceil((best.text.length + tooLong) / 2));
    const tokens = await countTokens([start], limit);
    if (tokens > limit) tooLong = start.length;
    else best = { text: start, tokens };
  }
  if (!/\p{Surrogate}$/u.test(best.text)) return best;
  const whole = best.text.slice(0, -1);
  return { text: whole, tokens: await countTokens([whole]) };
}

/** The tokens of what is asked, the way OpenAI's models count them. Only texts count. */
export async function countPrompt({ messages }: ChatRequest): Promise<number> {
  const ofTexts = await countTokens(messages.flatMap((message) => [message.role, textOf(message)]));
  return ofTexts + messages.length * TOKENS_OF_A_MESSAGE + TOKENS_OF_THE_ANSWERS_START;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
