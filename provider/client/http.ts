import { setTimeout as wait } from "node:timers/promises";
import { request } from "undici";
import type { EnvProxy } from "../../proxy";
import type { Exchange } from "./clock";
import { connectionFailure } from "./connection-failure";
import { Limit } from "./limit";
import { Network } from "./network";
import { delayBefore, type FailedAttempt, isTransient } from "./retry";

// More than the largest page that the contract allows: a hundred keys of a hundred scopes, each character escaped.
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export interface HttpOptions {
  /** For each of the three parts of an attempt: to connect, to the first byte of the answer, and to its last. */
  readonly timeoutSeconds: number;
  /** Attempts after the first. */
  readonly maxRetries: number;
  /** Requests under way at once, to all addresses together. */
  readonly maxConcurrency: number;
  readonly userAgent: string;
  /** Told of each attempt: method, path, outcome and milliseconds. Default: nobody. */
  readonly trace?: (line: string) => void;
  /** Ends the waits between attempts. A request under way goes on: cut off, it might make a key that nobody knows. */
  readonly signal: AbortSignal;
  /** The proxies of those addresses that need one, by origin. */
  readonly proxies: ReadonlyMap<string, EnvProxy>;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  /** What is told of it. Default: the path of the url. */
  readonly path?: string;
  readonly token: string;
  /** Beside those of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Whether it may be sent again when its outcome is unknown. One that the server certainly did not carry out always may. */
  readonly repeatable: boolean;
  /** Cuts the request off. Only for one that changes nothing. */
  readonly signal?: AbortSignal;
}

/** A whole answer, whatever its status. */
export interface HttpAnswer extends Exchange {
  readonly status: number;
  /** Returns a header, by its name in lower case. Of a header that occurs twice, the first. */
  header(name: string): string | undefined;
  /** The parsed body, or undefined if it is not JSON. */
  readonly json: unknown;
  /** Whether the body may be only the beginning of JSON: it ended with the connection, which nothing tells from a cut. */
  readonly mayBeCut: boolean;
  readonly retryAfter: string | undefined;
  /** Where a redirect points to, which is not followed. */
  readonly location: string | undefined;
}

/** There was no whole answer. The message holds nothing of what was sent or received. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
  readonly reason: "unreachable" | "timeout" | "too_large";
  /** Whether the server may have received the request. */
  readonly wasSent: boolean;
  /** The next step, without a full stop. Undefined if the cause suggests none. */
  readonly advice: string | undefined;

  constructor(
    reason: NoAnswerError["reason"],
    message: string,
    { wasSent = true, advice }: { readonly wasSent?: boolean; readonly advice?: string | undefined } = {},
  ) {
    super(message);
    this.reason = reason;
    this.wasSent = wasSent;
    this.advice = advice;
  }
}

/** Sends requests, and sends them again where that is safe. Knows nothing of the API. */
export class Http {
  readonly #options: HttpOptions;
  readonly #network: Network;
  readonly #limit: Limit;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#limit = new Limit(options.maxConcurrency);
    this.#network = new Network(options);
  }

  /** The last attempt's answer. Throws NoAnswerError when there was none. */
  async send(wanted: HttpRequest): Promise<HttpAnswer> {
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.#attempt(wanted);
      const failed = failedAttempt(outcome);
      const final = outcome instanceof NoAnswerError && outcome.reason === "too_large";
      const mayRepeat = wanted.repeatable || wasRefused(outcome);
      if (!final && mayRepeat && attempt < this.#options.maxRetries && isTransient(failed)) {
        const delay = delayBefore(attempt, failed, Date.now(), Math.random);
        if (delay !== undefined && (await this.#waited(delay))) continue;
      }
      if (outcome instanceof NoAnswerError) throw outcome;
      return outcome;
    }
  }

  async #waited(milliseconds: number): Promise<boolean> {
    return wait(milliseconds, true, { signal: this.#options.signal }).catch(() => false);
  }

  async #attempt(wanted: HttpRequest): Promise<HttpAnswer | NoAnswerError> {
    const started = performance.now();
    const outcome = await this.#limit
      .run(() => this.#exchange(wanted), wanted.signal)
      .catch((error: unknown) => this.#noAnswer(error, wanted.url));
    const result = outcome instanceof NoAnswerError ? outcome.reason : outcome.status;
    this.#options.trace?.(
      `${wanted.method} ${wanted.path ?? wanted.url.pathname} ${result} ${Math.round(performance.now() - started)} ms`,
    );
    return outcome;
  }

  async #exchange({ method, url, token, headers, body, signal }: HttpRequest): Promise<HttpAnswer> {
    const { timeoutSeconds, userAgent } = this.#options;
    const limitMs = timeoutSeconds * 1000;
    const attempt = new AbortController();
    const giveUp = () => attempt.abort(new NoAnswerError("timeout", this.#late()));
    // undici limits the connection, and then each silence: a server could send interim responses, or drip a body, for ever.
    // It does not limit the silence of a proxy.
    const head = setTimeout(giveUp, 2 * limitMs);
    let part: NodeJS.Timeout | undefined;
    try {
      const sentAt = Date.now();
      const answer = await request(url, {
        method,
        dispatcher: this.#network.to(url),
        signal: signal ? AbortSignal.any([attempt.signal, signal]) : attempt.signal,
        headersTimeout: limitMs,
        onInfo: () => {
          part ??= setTimeout(giveUp, limitMs);
        },
        headers: {
          ...headers,
          accept: "application/json",
          authorization: `Bearer ${token}`,
          "user-agent": userAgent,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const arrivedAt = Date.now();
      clearTimeout(head);
      clearTimeout(part);
      part = setTimeout(giveUp, limitMs);
      return { ...answerOf(answer.statusCode, answer.headers, await readAll(answer.body)), sentAt, arrivedAt };
    } finally {
      clearTimeout(head);
      clearTimeout(part);
    }
  }

  #late(): string {
    return `there was no whole answer within ${this.#options.timeoutSeconds} seconds`;
  }

  #noAnswer(error: unknown, { origin }: URL): NoAnswerError {
    if (error instanceof NoAnswerError) return error;
    const code = causeOf(error);
    const { cause, advice, isBeforeSending } = connectionFailure(code, this.#options.proxies.get(origin)?.variable);
    const wasSent = !isBeforeSending;
    if (TIMEOUT_CODES.has(code) || isTimeout(error)) return new NoAnswerError("timeout", this.#late(), { wasSent });
    return new NoAnswerError("unreachable", cause, { wasSent, advice });
  }
}

/** Whether the server certainly did nothing: it was not reached, or it asked for fewer requests. */
function wasRefused(outcome: HttpAnswer | NoAnswerError): boolean {
  return outcome instanceof NoAnswerError ? !outcome.wasSent : outcome.status === 429;
}

/** A header that occurs twice is a list. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Describes what another attempt depends on. A success that may be cut counts as no response. */
function failedAttempt(outcome: HttpAnswer | NoAnswerError): FailedAttempt {
  if (outcome instanceof NoAnswerError) return NO_RESPONSE;
  const { status, mayBeCut } = outcome;
  return mayBeCut && status >= 200 && status < 300 ? NO_RESPONSE : outcome;
}

const NO_RESPONSE: FailedAttempt = { status: undefined, retryAfter: undefined, date: undefined };

function answerOf(status: number, headers: Headers, body: string): Omit<HttpAnswer, "sentAt" | "arrivedAt"> {
  const header = (name: string) => [headers[name]].flat()[0];
  const json = parseJson(body);
  // A 204 has no body.
  const isDelimited =
    status === 204 || header("content-length") !== undefined || /chunked/i.test(header("transfer-encoding") ?? "");
  return {
    status,
    header,
    json,
    mayBeCut: json === undefined && !isDelimited,
    retryAfter: header("retry-after"),
    date: header("date"),
    location: header("location"),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES)
      throw new NoAnswerError("too_large", `the answer is larger than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const TIMEOUT_CODES: ReadonlySet<string> = new Set(["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT"]);

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

/** A system's or undici's error code. Their messages may quote what was received, so they are left out. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause === undefined ? error.name : causeOf(error.cause);
}
