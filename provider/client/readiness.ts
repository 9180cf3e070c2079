import { setTimeout as wait } from "node:timers/promises";
import { type Http, NoResponseError } from "./http";

const DEFAULT_LIMIT_SECONDS = 60;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 3000;
/** One good answer may come from the one place that knows the key already. */
const ANSWERS_WANTED = 2;

export interface ReadinessOptions {
  /** Address of the data plane, without `/v1`. */
  readonly gatewayUrl: string;
  /** The new value. */
  readonly key: string;
  /** Default: 60. */
  readonly limitSeconds?: number | undefined;
  /** Ends the wait at once. */
  readonly signal: AbortSignal;
}

/**
 * Asks the data plane with a new value until it is taken twice in a row. Answers undefined then, or else, once the time is
 * over, what the last answer was, in words.
 */
export async function awaitReadiness(options: ReadinessOptions, http: Http): Promise<string | undefined> {
  const { gatewayUrl, key, limitSeconds = DEFAULT_LIMIT_SECONDS, signal } = options;
  const url = new URL(`${gatewayUrl}/v1/models`);
  const over = AbortSignal.any([signal, AbortSignal.timeout(limitSeconds * 1000)]);
  let last = "it was not asked";
  let taken = 0;
  for (let pause = FIRST_PAUSE_MS; !over.aborted; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const outcome = await http
      .send({ method: "GET", url, token: key, repeatable: false, signal: over })
      .catch((error: unknown) => {
        if (error instanceof NoResponseError) return error;
        throw error;
      });
    const isTaken = !(outcome instanceof NoResponseError) && outcome.status >= 200 && outcome.status < 300;
    taken = isTaken ? taken + 1 : 0;
    if (taken >= ANSWERS_WANTED) return undefined;
    const how = outcome instanceof NoResponseError ? textOf(outcome) : `it was last answered with ${outcome.status}`;
    // An answer that was cut off by the end of the time says less than the one before it.
    if (!over.aborted || last === "it was not asked") last = `GET ${url.pathname} on ${url.host}: ${how}`;
    if (!isTaken) await wait(pause, undefined, { signal: over }).catch(() => {});
  }
  return last;
}

function textOf({ message, advice }: NoResponseError): string {
  return advice === undefined ? message : `${message}. ${advice}`;
}
