import { createParser } from "eventsource-parser";
import { type BilledTokens, DONE } from "./chat";
import { readProduced } from "./produced";
import type { Prompt } from "./prompt";
import { countPrompt, countTokens } from "./tokens";

/** The maximum characters of an event, and of the text that is counted here. Responses of models are far shorter. */
const MAX_EVENT = 16 * 1024 * 1024;
const MAX_TEXT = 16 * 1024 * 1024;

/** Counts the tokens of a request from its response, while the response is forwarded. */
export class TokenCounter {
  readonly #prompt: Prompt;
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

  constructor(prompt: Prompt) {
    this.#prompt = prompt;
  }

  /** Whether the stream has had its last event, after which clients stop reading. */
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
    return { prompt_tokens: await countPrompt(this.#prompt), completion_tokens: await countTokens([this.#text]) };
  }

  #readEvent(data: string): void {
    if (data === DONE) this.#isDone = true;
    else this.#read(data);
  }

  #read(json: string): void {
    const produced = readProduced(json);
    if (!produced) return;
    this.#reported = produced.usage ?? this.#reported;
    this.#hasFailed ||= produced.hasFailed;
    this.#isDone ||= produced.isLast;
    if (this.#reported) this.#text = "";
    else if (this.#text.length < MAX_TEXT) this.#text += produced.text;
  }
}
