import { setTimeout as wait } from "node:timers/promises";
import type { EnvProxy } from "../../proxy";
import type { Exchange } from "./clock";
import { connectionFailure } from "./connection-failure";
import { Limit } from "./limit";
import { Network } from "./network";
import { delayBefore, type FailedAttempt, isTransient } from "./retry";

// More than the largest page that the contract allows: a hundred keys of a hundred scopes, each character escaped.
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

export interface HttpOptions {
  /** The timeout of each phase of an attempt: connecting, waiting for the response, and receiving it. */
  readonly timeoutSeconds: number;
  /** The maximum number of attempts after the first. */
  readonly maxRetries: number;
  /** The maximum number of concurrent requests, to all addresses together. */
  readonly maxConcurrency: number;
  readonly userAgent: string;
  /** Receives a line for each attempt: method, path, outcome and milliseconds. */
  readonly trace?: (line: string) => void;
  /** Cancels the waits between attempts. A request in flight continues: it may create a key, whose ID must not be lost. */
  readonly signal: AbortSignal;
  /** The proxy of each origin that needs one. */
  readonly proxies: ReadonlyMap<string, EnvProxy>;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  /** The path that the trace shows. Defaults to the path of the URL. */
  readonly path?: string;
  readonly token: string;
  /** Headers in addition to those of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Whether to retry it if its outcome is unknown. A request that the server certainly did not execute is always retried. */
  readonly repeatable: boolean;
  /** Aborts the request. Only for requests that change nothing. */
  readonly signal?: AbortSignal;
}

/** A complete response with any status. */
export interface HttpResponse extends Exchange {
  readonly status: number;
  /** Returns a header by its lowercase name. If the header is repeated, returns the first. */
  header(name: string): string | undefined;
  /** The parsed body, or undefined if it is not JSON. */
  readonly json: unknown;
  /** Whether the body may be incomplete: it is not JSON, and only the end of the connection marked its end. */
  readonly mayBeCut: boolean;
  readonly retryAfter: string | undefined;
  /** The target of a redirect. Redirects are not followed. */
  readonly location: string | undefined;
}

/** No complete response was received. The message contains nothing that was sent or received. */
export class NoResponseError extends Error {
  override readonly name = "NoResponseError";
  readonly reason: "unreachable" | "timeout" | "too_large";
  /** Whether the request may have reached the server. */
  readonly wasSent: boolean;
  /** The next step, without a full stop. Undefined if the cause suggests none. */
  readonly advice: string | undefined;

  constructor(
    reason: NoResponseError["reason"],
    message: string,
    { wasSent = true, advice }: { readonly wasSent?: boolean; readonly advice?: string | undefined } = {},
  ) {
    super(message);
    this.reason = reason;
    this.wasSent = wasSent;
    this.advice = advice;
  }
}

/** Sends requests, and retries them if that is safe. Independent of the API. */
export class Http {
  readonly #options: HttpOptions;
  readonly #network: Network;
  readonly #limit: Limit;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#limit = new Limit(options.maxConcurrency);
    this.#network = new Network(options);
  }

  /** Returns the response of the last attempt. Throws `NoResponseError` if there was none. */
  async send(request: HttpRequest): Promise<HttpResponse> {
    for (let attempt = 0; ; attempt += 1) {
      const outcome = await this.#attempt(request);
      const failed = failedAttempt(outcome);
      const final = outcome instanceof NoResponseError && outcome.reason === "too_large";
      const mayRepeat = request.repeatable || wasNotExecuted(outcome);
      if (!final && mayRepeat && attempt < this.#options.maxRetries && isTransient(failed)) {
        const delay = delayBefore(attempt, failed, Date.now(), Math.random);
        if (delay !== undefined && (await this.#waited(delay, request.signal))) continue;
      }
      if (outcome instanceof NoResponseError) throw outcome;
      return outcome;
    }
  }

  async #waited(milliseconds: number, requested: AbortSignal | undefined): Promise<boolean> {
    const { signal } = this.#options;
    const over = requested ? AbortSignal.any([signal, requested]) : signal;
    return wait(milliseconds, true, { signal: over }).catch(() => false);
  }

  async #attempt(request: HttpRequest): Promise<HttpResponse | NoResponseError> {
    const started = performance.now();
    const outcome = await this.#limit
      .run(() => this.#exchange(request), request.signal)
      .catch((error: unknown) => this.#noResponse(error, request.url));
    const result = outcome instanceof NoResponseError ? outcome.reason : outcome.status;
    this.#options.trace?.(
      `${request.method} ${request.path ?? request.url.pathname} ${result} ${Math.round(performance.now() - started)} ms`,
    );
    return outcome;
  }

  async #exchange({ method, url, token, headers, body, signal }: HttpRequest): Promise<HttpResponse> {
    const { timeoutSeconds, userAgent } = this.#options;
    const limitMs = timeoutSeconds * 1000;
    const attempt = new AbortController();
    const giveUp = () => attempt.abort(new NoResponseError("timeout", this.#timeoutText()));
    // undici's timeouts restart with each byte, so a slow server could send interim responses or a body forever. They also
    // ignore a proxy that does not respond.
    const head = setTimeout(giveUp, 2 * limitMs);
    let part: NodeJS.Timeout | undefined;
    try {
      const sentAt = Date.now();
      const response = await this.#network.to(url).request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method,
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
      return { ...responseOf(response.statusCode, response.headers, await readAll(response.body)), sentAt, arrivedAt };
    } finally {
      clearTimeout(head);
      clearTimeout(part);
    }
  }

  #timeoutText(): string {
    return `no complete response was received within ${this.#options.timeoutSeconds} seconds`;
  }

  #noResponse(error: unknown, { origin }: URL): NoResponseError {
    if (error instanceof NoResponseError) return error;
    const code = codeOf(error);
    const { cause, advice, isBeforeSending } = connectionFailure(code, this.#options.proxies.get(origin)?.variable);
    const wasSent = !isBeforeSending;
    if (TIMEOUT_CODES.has(code) || isTimeout(error))
      return new NoResponseError("timeout", this.#timeoutText(), { wasSent });
    return new NoResponseError("unreachable", cause, { wasSent, advice });
  }
}

/** Returns true if the server certainly did not execute the request: it was not reached, or it limited the rate. */
function wasNotExecuted(outcome: HttpResponse | NoResponseError): boolean {
  return outcome instanceof NoResponseError ? !outcome.wasSent : outcome.status === 429;
}

/** The headers of a response. A repeated header is a list. */
type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Returns the facts that a retry depends on. A success that may be incomplete counts as no response. */
function failedAttempt(outcome: HttpResponse | NoResponseError): FailedAttempt {
  if (outcome instanceof NoResponseError) return NO_RESPONSE;
  const { status, mayBeCut } = outcome;
  return mayBeCut && status >= 200 && status < 300 ? NO_RESPONSE : outcome;
}

const NO_RESPONSE: FailedAttempt = { status: undefined, retryAfter: undefined, date: undefined };

function responseOf(status: number, headers: Headers, body: string): Omit<HttpResponse, "sentAt" | "arrivedAt"> {
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
    if (size > MAX_RESPONSE_BYTES)
      throw new NoResponseError("too_large", `the response is larger than ${MAX_RESPONSE_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const TIMEOUT_CODES: ReadonlySet<string> = new Set(["UND_ERR_CONNECT_TIMEOUT", "UND_ERR_HEADERS_TIMEOUT"]);

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

/** Returns the error code of the system or undici. Error messages are not used, because they may quote received data. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause === undefined ? error.name : codeOf(error.cause);
}
