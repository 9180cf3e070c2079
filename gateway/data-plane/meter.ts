import { errorMessage } from "../../error-message";
import type { Store } from "../store/store";
import type { Answer, Whole } from "./backend";
import type { ChatRequest } from "./chat";
import { costOf, type Prices } from "./prices";
import { Tally } from "./tally";

/** A request that has been counted. */
export interface Use {
  readonly keyId: string;
  readonly at: number;
}

/** Whoever an answer goes to. */
export interface Reader {
  /** Aborted when they have hung up. */
  readonly signal: AbortSignal;
  /** Ends their connection, so that they see that the answer is not whole. */
  breakOff(): void;
}

/** Adds to a key's cost what its requests have taken. */
export class Meter {
  readonly #store: Store;
  readonly #prices: Prices;
  readonly #open = new Set<Promise<void>>();

  constructor(store: Store, prices: Prices) {
    this.#store = store;
    this.#prices = prices;
  }

  /** The body of this answer. Before its reader has read its end, what it took is charged to the key: once. */
  async body(
    { status, body }: Answer,
    request: ChatRequest,
    use: Use,
    reader: Reader,
  ): Promise<Whole | ReadableStream<Uint8Array>> {
    const tally = new Tally(request);
    const charge = () => (status < 400 ? this.#charge(use, request.model, tally) : Promise.resolve());
    if (!(body instanceof Uint8Array)) return metered(body, tally, charge, reader);
    tally.takeWhole(body);
    await charge();
    return body;
  }

  /** Resolves when nothing is left to be charged of requests that have ended. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#open);
  }

  #charge({ keyId, at }: Use, model: string, tally: Tally): Promise<void> {
    const charged = tally
      .usage()
      .then((usage) => costOf(this.#prices, model, usage))
      .then((costUsd) => (costUsd > 0 ? this.#store.usage.recordCost(keyId, at, costUsd) : undefined))
      .finally(() => this.#open.delete(charged));
    this.#open.add(charged);
    return charged;
  }
}

/** Hands on each piece as it comes, when it is asked for. Charged before the last one, or when the reader has hung up. */
function metered(
  body: AsyncIterable<Uint8Array>,
  tally: Tally,
  charge: () => Promise<void>,
  reader: Reader,
): ReadableStream<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  let charged: Promise<void> | undefined;
  let isBrokenOff = false;
  // Failures are told here, and not thrown into the stream, of which hono's server would print the stack.
  const breakOff = (what: string, error: unknown) => {
    process.stderr.write(`${what}: ${errorMessage(error)}.\n`);
    isBrokenOff = true;
    reader.breakOff();
  };
  const settle = () => {
    charged ??= charge().catch((error: unknown) => breakOff("A stream could not be charged to its key", error));
    return charged;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next();
          if (value) tally.takePiece(value);
          if (done || tally.isDone) await settle();
          if (isBrokenOff || reader.signal.aborted) return;
          if (done) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          await settle();
          // A reader who hangs up ends the upstream's stream: nothing that anybody has to be told.
          if (!reader.signal.aborted) breakOff("The upstream's stream broke off", error);
        }
      },
      cancel: settle,
    },
    // Nothing is asked for before its turn: what a reader never takes is not charged to them.
    { highWaterMark: 0 },
  );
}
