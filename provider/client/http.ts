import { setTimeout as wait } from "node:timers/promises";
import { type Dispatcher, EnvHttpProxyAgent, request } from "undici";
import type { Exchange } from "../clock";
import { delayBefore, type FailedAttempt, isTransient } from "./retry";

// More than the largest page that the contract allows: a hundred keys of a hundred scopes, each character escaped.
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export interface HttpOptions {
  /** For each of the three parts of an attempt: to connect, to the first byte of the answer, and to its last. */
  readonly timeoutSeconds: number;
  /** Attempts after the first. */
  readonly maxRetries: number;
  /** Requests under way at once. */
  readonly maxConcurrency: number;
  readonly userAgent: string;
  /** Told of each attempt: method, path, outcome and milliseconds. Default: nobody. */
  readonly trace?: (line: string) => void;
  /** Ends the waits between attempts. A request under way goes on: cut off, it might make a key that nobody knows. */
  readonly signal: AbortSignal;
  /** Default: the network, by way of HTTPS_PROXY unless NO_PROXY excepts the host. */
  readonly dispatcher?: Dispatcher;
}

export interface HttpRequest {
  readonly method: "GET" | "POST" | "DELETE";
  readonly url: URL;
  /** What is told of it. Default: the path of the url. */
  readonly path?: string;
  readonly token: string;
  readonly body?: unknown;
  /** Whether it may be sent again when its outcome is unknown. One that the server certainly did not carry out always may. */
  readonly repeatable: boolean;
  /** Cuts the request off. Only for one that changes nothing. */
  readonly signal?: AbortSignal;
}

/** A whole answer, whatever its status. */
export interface HttpAnswer extends Exchange {
  readonly status: number;
  readonly body: string;
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

  constructor(reason: NoAnswerError["reason"], message: string, wasSent = true) {
    super(message);
    this.reason = reason;
    this.wasSent = wasSent;
  }
}

/** Sends requests, and sends them again where that is safe. Knows nothing of the API. */
export class Http {
  readonly #options: HttpOptions;
  readonly #dispatcher: Dispatcher;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#dispatcher = options.dispatcher ?? networkDispatcher(options);
  }

  /** The last attempt's answer. Throws NoAnswerError when there was none. */
  async send(wanted: HttpRequest): Promise<HttpAnswer> {
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.#attempt(wanted);
      const failed: FailedAttempt =
        outcome instanceof NoAnswerError ? { status: undefined, retryAfter: undefined } : outcome;
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
    const outcome = await this.#exchange(wanted).catch((error: unknown) => this.#noAnswer(error));
    const result = outcome instanceof NoAnswerError ? outcome.reason : outcome.status;
    this.#options.trace?.(
      `${wanted.method} ${wanted.path ?? wanted.url.pathname} ${result} ${Math.round(performance.now() - started)} ms`,
    );
    return outcome;
  }

  async #exchange({ method, url, token, body, signal }: HttpRequest): Promise<HttpAnswer> {
    const { timeoutSeconds, userAgent } = this.#options;
    const attempt = new AbortController();
    const sentAt = Date.now();
    const answer = await request(url, {
      method,
      dispatcher: this.#dispatcher,
      signal: signal ? AbortSignal.any([attempt.signal, signal]) : attempt.signal,
      headersTimeout: timeoutSeconds * 1000,
      headers: {
        accept: "application/json",
        authorization: `Bearer ${token}`,
        "user-agent": userAgent,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const arrivedAt = Date.now();
    // undici's own limit for bodies is between two pieces, so that a server could drip one for ever.
    const limit = setTimeout(() => attempt.abort(new NoAnswerError("timeout", this.#late())), timeoutSeconds * 1000);
    try {
      return {
        status: answer.statusCode,
        body: await readAll(answer.body),
        retryAfter: headerOf(answer.headers["retry-after"]),
        location: headerOf(answer.headers["location"]),
        date: headerOf(answer.headers["date"]),
        sentAt,
        arrivedAt,
      };
    } finally {
      clearTimeout(limit);
    }
  }

  #late(): string {
    return `there was no whole answer within ${this.#options.timeoutSeconds} seconds`;
  }

  #noAnswer(error: unknown): NoAnswerError {
    if (error instanceof NoAnswerError) return error;
    const cause = causeOf(error);
    const wasSent = !UNSENT_CODES.has(cause);
    if (TIMEOUT_CODES.has(cause) || isTimeout(error)) return new NoAnswerError("timeout", this.#late(), wasSent);
    return new NoAnswerError("unreachable", `the connection failed (${cause})`, wasSent);
  }
}

/** Whether the server certainly did nothing: it was not reached, or it asked for fewer requests. */
function wasRefused(outcome: HttpAnswer | NoAnswerError): boolean {
  return outcome instanceof NoAnswerError ? !outcome.wasSent : outcome.status === 429;
}

function networkDispatcher({ timeoutSeconds, maxConcurrency }: HttpOptions): Dispatcher {
  const limit = timeoutSeconds * 1000;
  const { NO_PROXY = "", no_proxy = NO_PROXY } = process.env;
  return new EnvHttpProxyAgent({
    connections: maxConcurrency,
    connect: { timeout: limit },
    // Requests to this machine may be plain http: no proxy shall see them.
    noProxy: [no_proxy, "localhost", "127.0.0.1", "::1"].filter((entry) => entry !== "").join(","),
  });
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

function headerOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

/** Codes of failures to connect: no request was sent. */
const UNSENT_CODES: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

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
