import { createParser } from "eventsource-parser";
import * as z from "zod";
import { BilledTokens, type ChatRequest, DONE } from "./chat";
import { countPrompt, countTokens } from "./tokens";

/** In characters: of one event, and of the text that is counted here. An answer of a model is far from it. */
const MAX_EVENT = 16 * 1024 * 1024;
const MAX_TEXT = 16 * 1024 * 1024;

const Text = z.string().nullish();

/** The texts of an answer that cost tokens, in a whole one and in a part of a stream. */
const Produced = z.object({
  content: Text,
  refusal: Text,
  tool_calls: z.array(z.object({ function: z.object({ name: Text, arguments: Text }).optional() })).nullish(),
});
type Produced = z.infer<typeof Produced>;

// What is in no form that we know cannot be counted, and is no reason not to count the rest.
const Part = z.object({
  choices: z.array(z.object({ message: Produced.optional(), delta: Produced.optional() })).catch([]),
  usage: BilledTokens.optional().catch(undefined),
  error: z.unknown().optional(),
});

/** Reads off an answer, as it goes past, how many tokens it has taken. */
export class Tally {
  readonly #request: ChatRequest;
  readonly #parser = createParser({
    onEvent: ({ data }) => this.#takeEvent(data),
    onError: ({ type }) => {
      if (type === "max-buffer-size-exceeded") this.#isReadable = false;
    },
    maxBufferSize: MAX_EVENT,
  });
  readonly #decoder = new TextDecoder();
  #text = "";
  #reported: BilledTokens | undefined;
  #hasFailed = false;
  #isDone = false;
  #isReadable = true;

  constructor(request: ChatRequest) {
    this.#request = request;
  }

  /** Whether the event has come after which a client reads no further. */
  get isDone(): boolean {
    return this.#isDone;
  }

  takePiece(bytes: Uint8Array): void {
    if (this.#isReadable) this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
  }

  takeWhole(bytes: Uint8Array): void {
    this.#take(this.#decoder.decode(bytes));
  }

  /** As the model reports it. Where it does not, as far as we can count it ourselves. An error in the place of a text is free. */
  async usage(): Promise<BilledTokens> {
    if (this.#reported) return this.#reported;
    if (this.#hasFailed && this.#text === "") return { prompt_tokens: 0, completion_tokens: 0 };
    return { prompt_tokens: await countPrompt(this.#request), completion_tokens: await countTokens([this.#text]) };
  }

  #takeEvent(data: string): void {
    if (data === DONE) this.#isDone = true;
    else this.#take(data);
  }

  #take(json: string): void {
    const { data: part } = Part.safeParse(parseJson(json));
    if (!part) return;
    this.#reported = part.usage ?? this.#reported;
    this.#hasFailed ||= part.error != null;
    if (this.#reported) this.#text = "";
    else if (this.#text.length < MAX_TEXT) {
      for (const { message, delta } of part.choices) this.#text += textOf(message) + textOf(delta);
    }
  }
}

function textOf(produced: Produced | undefined): string {
  const calls = produced?.tool_calls?.map((call) => `${call.function?.name ?? ""}${call.function?.arguments ?? ""}`);
  return [produced?.content, produced?.refusal, ...(calls ?? [])].join("");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
