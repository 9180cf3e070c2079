import { createParser } from "eventsource-parser";
import * as z from "zod";
import { BilledTokens, type ChatRequest, DONE } from "./chat";
import { countPrompt, countTokens } from "./tokens";

/** The maximum characters of an event, and of the text that is counted here. Responses of models are far shorter. */
const MAX_EVENT = 16 * 1024 * 1024;
const MAX_TEXT = 16 * 1024 * 1024;

const Text = z.string().nullish();

/** The texts of a message or of a streamed delta that cost tokens. */
const Produced = z.object({
  content: Text,
  refusal: Text,
  tool_calls: z.array(z.object({ function: z.object({ name: Text, arguments: Text }).optional() })).nullish(),
});
type Produced = z.infer<typeof Produced>;

// A field of an unknown form is ignored, and the others are still counted.
const Part = z.object({
  choices: z.array(z.object({ message: Produced.optional(), delta: Produced.optional() })).catch([]),
  usage: BilledTokens.optional().catch(undefined),
  error: z.unknown().optional(),
});

/** Counts the tokens of a chat from its response, while the response is forwarded. */
export class TokenCounter {
  readonly #request: ChatRequest;
  readonly #parser = createParser({
    onEvent: ({ data }) => this.#readEvent(data),
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

  /** Whether the stream has had its `[DONE]` event, after which clients stop reading. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Reads a chunk of a streamed response. */
  readChunk(bytes: Uint8Array): void {
    if (this.#isReadable) this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Reads a complete response. */
  readBody(bytes: Uint8Array): void {
    this.#read(this.#decoder.decode(bytes));
  }

  /** Returns the usage that the model reported, or else a count of the texts. A response with an error and no text is free. */
  async usage(): Promise<BilledTokens> {
    if (this.#reported) return this.#reported;
    if (this.#hasFailed && this.#text === "") return { prompt_tokens: 0, completion_tokens: 0 };
    return { prompt_tokens: await countPrompt(this.#request), completion_tokens: await countTokens([this.#text]) };
  }

  #readEvent(data: string): void {
    if (data === DONE) this.#isDone = true;
    else this.#read(data);
  }

  #read(json: string): void {
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
