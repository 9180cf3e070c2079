import type { Store } from "../store/store";
import type { Answer, Whole } from "./backend";
import type { ChatRequest } from "./chat";
import { costOf, type Prices } from "./prices";
import { Tally } from "./tally";

/** Adds to a key's cost what its requests have taken. */
export class Meter {
  readonly #store: Store;
  readonly #prices: Prices;
  readonly #open = new Set<Promise<void>>();

  constructor(store: Store, prices: Prices) {
    this.#store = store;
    this.#prices = prices;
  }

  /** The body of this answer. Before a caller has read its end, what it took is charged to the key: once. */
  async body(answer: Answer, request: ChatRequest, keyId: string): Promise<Whole | ReadableStream<Uint8Array>> {
    const { status, body } = answer;
    const tally = new Tally(request);
    const charge = () => (status < 400 ? this.#charge(keyId, request.model, tally) : Promise.resolve());
    if (!(body instanceof Uint8Array)) return metered(body, tally, charge);
    tally.takeWhole(body);
    await charge();
    return body;
  }

  /** Resolves when nothing is left to be charged of requests that have ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#open);
  }

  #charge(keyId: string, model: string, tally: Tally): Promise<void> {
    const charged = tally
      .usage()
      .then((usage) => costOf(this.#prices, model, usage))
      .then((costUsd) => (costUsd > 0 ? this.#store.usage.recordCost(keyId, costUsd) : undefined))
      .finally(() => this.#open.delete(charged));
    this.#open.add(charged);
    return charged;
  }
}

/** Hands on each piece as it comes, when it is asked for. Charged before the last one, or when the caller has hung up. */
function metered(
  body: AsyncIterable<Uint8Array>,
  tally: Tally,
  charge: () => Promise<void>,
): ReadableStream<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  let charged: Promise<void> | undefined;
  const settle = () => {
    charged ??= charge();
    return charged;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next();
          if (value) tally.takePiece(value);
          if (done || tally.isDone) await settle();
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          await settle();
          throw error;
        }
      },
      async cancel() {
        try {
          await settle();
        } catch (error) {
          // Nobody else would learn of it.
          process.stderr.write(`What a caller took who hung up could not be charged: ${String(error)}\n`);
        }
        await pieces.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
