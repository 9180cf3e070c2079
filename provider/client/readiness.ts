import { setTimeout as wait } from "node:timers/promises";
import { Http, type HttpOptions, NoAnswerError } from "./http";

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
export async function awaitReadiness(options: ReadinessOptions, http: HttpOptions): Promise<string | undefined> {
  const { gatewayUrl, key, limitSeconds = DEFAULT_LIMIT_SECONDS, signal } = options;
  const probe = new Http({ ...http, signal });
  const url = new URL(`${gatewayUrl}/v1/models`);
  const deadline = performance.now() + limitSeconds * 1000;
  let taken = 0;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const outcome = await probe
      .send({ method: "GET", url, token: key, repeatable: false })
      .then(({ status }) => status)
      .catch((error: unknown) => {
        if (error instanceof NoAnswerError) return error.message;
        throw error;
      });
    const isTaken = typeof outcome === "number" && outcome >= 200 && outcome < 300;
    taken = isTaken ? taken + 1 : 0;
    if (taken >= ANSWERS_WANTED) return undefined;
    if (isTaken) continue;
    const last =
      typeof outcome === "number" ? `GET ${url.pathname} on ${url.host} was last answered with ${outcome}` : outcome;
    if (signal.aborted || performance.now() + pause > deadline) return last;
    const waited = await wait(pause, true, { signal }).catch(() => false);
    if (!waited) return last;
  }
}
