import { setTimeout as wait } from "node:timers/promises";
import { type Http, NoResponseError } from "./http";

const DEFAULT_LIMIT_SECONDS = 60;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 3000;
/** A single success may come from the only server that knows the key already. */
const REQUIRED_SUCCESSES = 2;

export interface ReadinessOptions {
  /** The address of the data plane, without `/v1`. */
  readonly gatewayUrl: string;
  /** The new key value. */
  readonly key: string;
  /** Defaults to 60. */
  readonly limitSeconds?: number | undefined;
  /** Ends the wait immediately. */
  readonly signal: AbortSignal;
}

/**
 * Waits until the data plane accepts a new key value twice in a row, and returns undefined. If the time runs out, returns a
 * description of the last response.
 */
export async function awaitReadiness(options: ReadinessOptions, http: Http): Promise<string | undefined> {
  const { gatewayUrl, key, limitSeconds = DEFAULT_LIMIT_SECONDS, signal } = options;
  const url = new URL(`${gatewayUrl}/v1/models`);
  const over = AbortSignal.any([signal, AbortSignal.timeout(limitSeconds * 1000)]);
  let last = NO_REQUEST;
  let successes = 0;
  for (let pause = FIRST_PAUSE_MS; !over.aborted; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const outcome = await http
      .send({ method: "GET", url, token: key, repeatable: false, signal: over })
      .catch((error: unknown) => {
        if (error instanceof NoResponseError) return error;
        throw error;
      });
    const isAccepted = !(outcome instanceof NoResponseError) && outcome.status >= 200 && outcome.status < 300;
    successes = isAccepted ? successes + 1 : 0;
    if (successes >= REQUIRED_SUCCESSES) return undefined;
    const result = outcome instanceof NoResponseError ? textOf(outcome) : `the last status was ${outcome.status}`;
    // A request that was aborted at the time limit says less than the previous one.
    if (!over.aborted || last === NO_REQUEST) last = `GET ${url.pathname} on ${url.host}: ${result}`;
    if (!isAccepted) await wait(pause, undefined, { signal: over }).catch(() => {});
  }
  return last;
}

const NO_REQUEST = "no request was sent";

function textOf({ message, advice }: NoResponseError): string {
  return advice === undefined ? message : `${message}. ${advice}`;
}
