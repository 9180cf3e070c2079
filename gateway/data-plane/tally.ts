import { createParser } from "eventsource-parser";
import * as z from "zod";
import { type ChatRequest, DONE, TokenUsage } from "./chat";
import { countPrompt, countTokens } from "./tokens";

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
  usage: TokenUsage.optional().catch(undefined),
});

/** Reads off an answer, as it goes past, how many tokens it has taken. */
export class Tally {
  readonly #request: ChatRequest;
  readonly #parser = createParser({ onEvent: ({ data }) => this.#takeEvent(data) });
  readonly #decoder = new TextDecoder();
  #text = "";
  #reported: TokenUsage | undefined;
  #isDone = false;

  constructor(request: ChatRequest) {
    this.#request = request;
  }

  /** Whether the event has come after which a client reads no further. */
  get isDone(): boolean {
    return this.#isDone;
  }

  takePiece(bytes: Uint8Array): void {
    this.#parser.feed(this.#decoder.decode(bytes, { stream: true }));
  }

  takeWhole(bytes: Uint8Array): void {
    this.#take(this.#decoder.decode(bytes));
  }

  /** As the model reports it. Where it does not, as far as we can count it ourselves. */
  async usage(): Promise<TokenUsage> {
    if (this.#reported) return this.#reported;
    const prompt = await countPrompt(this.#request);
    const completion = await countTokens([this.#text]);
    return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
  }

  #takeEvent(data: string): void {
    if (data === DONE) this.#isDone = true;
    else this.#take(data);
  }

  #take(json: string): void {
    const { data: part } = Part.safeParse(parseJson(json));
    if (!part) return;
    this.#reported = part.usage ?? this.#reported;
    for (const { message, delta } of part.choices) this.#text += textOf(message) + textOf(delta);
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
