import { errorMessage } from "../../error-message";
import type { Store } from "../store/store";
import type { Bytes, Generation } from "./backend";
import { costOf, type Prices } from "./prices";
import { TokenCounter } from "./token-counter";

/** A request that has been added to the usage of its key. */
export interface CountedRequest {
  readonly keyId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The client that receives a response. */
export interface Client {
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
  /** Closes the connection, so that the client detects that the response is incomplete. */
  disconnect(): void;
}

/** Adds the cost of requests to the usage of their keys. */
export class Meter {
  readonly #store: Store;
  readonly #prices: Prices;
  readonly #pending = new Set<Promise<void>>();

  constructor(store: Store, prices: Prices) {
    this.#store = store;
    this.#prices = prices;
  }

  /** Returns the body of a response. Its cost is charged to the key once, before the client has read the end. */
  async body(
    { status, body, prompt }: Generation,
    request: CountedRequest,
    client: Client,
  ): Promise<Bytes | ReadableStream<Uint8Array>> {
    const counter = new TokenCounter(prompt);
    const charge = () => (status < 400 ? this.#charge(request, prompt.model, counter) : Promise.resolve());
    if (!(body instanceof Uint8Array)) return meteredStream(body, counter, charge, client);
    counter.readBody(body);
    await charge();
    return body;
  }

  /** Resolves when every completed request has been charged. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  #charge(request: CountedRequest, model: string, counter: TokenCounter): Promise<void> {
    const charged = this.#record(request, model, counter).finally(() => this.#pending.delete(charged));
    this.#pending.add(charged);
    return charged;
  }

  async #record({ keyId, at }: CountedRequest, model: string, counter: TokenCounter): Promise<void> {
    const tokens = await counter.usage();
    const { prompt_tokens: inputTokens, completion_tokens: outputTokens } = tokens;
    if (inputTokens + outputTokens === 0) return;
    const costUsd = costOf(this.#prices, model, tokens);
    await this.#store.usage.recordSpending(keyId, at, { model, costUsd, inputTokens, outputTokens });
  }
}

/** Forwards each chunk when the client requests it. Charges before the last chunk, or when the client disconnects. */
function meteredStream(
  body: AsyncIterable<Uint8Array>,
  counter: TokenCounter,
  charge: () => Promise<void>,
  client: Client,
): ReadableStream<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]();
  let charged: Promise<void> | undefined;
  let hasFailed = false;
  // Errors are logged here and not thrown into the stream, since hono's server would print their stacks.
  const fail = (what: string, error: unknown) => {
    process.stderr.write(`${what}: ${errorMessage(error)}.\n`);
    hasFailed = true;
    client.disconnect();
  };
  const chargeOnce = () => {
    charged ??= charge().catch((error: unknown) => fail("A stream could not be charged to its key", error));
    return charged;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (value) counter.readChunk(value);
          if (done || counter.isDone) await chargeOnce();
          if (hasFailed || client.signal.aborted) return;
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          await chargeOnce();
          // A client that disconnects aborts the upstream's stream, which is not an error.
          if (!client.signal.aborted) fail("The upstream's stream failed", error);
        }
      },
      cancel: chargeOnce,
    },
    // No chunk is read ahead, so the client is not charged for chunks that it never reads.
    { highWaterMark: 0 },
  );
}
