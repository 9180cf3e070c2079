import { Agent, type Dispatcher, ProxyAgent, request as send } from "undici";
import type { EnvProxy } from "../../proxy";
import type { Answer, Backend, Whole } from "./backend";
import { Refusal } from "./refusal";

/** Up to the answer's first byte, and between any two: models think long, and OpenAI's own clients wait so long. */
const PATIENCE_MS = 10 * 60 * 1000;

/** What is not passed on as a stream is kept in memory until it is whole. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** What a caller gets to see of the upstream's headers. */
const PASSED_HEADERS = /^(content-type|content-encoding|retry-after|x-request-id|x-should-retry|x-ratelimit-.+)$/;

/** Where requests are passed on to. */
export interface UpstreamOptions {
  readonly url: URL;
  /** The upstream's key. Default: requests carry none. */
  readonly key?: string | undefined;
  /** Default: none, the upstream is reached directly. */
  readonly proxy?: EnvProxy | undefined;
}

/** The address of an OpenAI-compatible API, with or without `/v1` at its end. Throws an error that says what is wrong. */
export function parseUpstreamUrl(text: string): URL {
  // The text is not quoted: a key may have been put into it by mistake.
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error("the upstream's URL has to begin with https:// or http://");
  }
  if (url.username || url.password) {
    throw new Error("the upstream's URL must not hold a password; its key comes from DENCH_UPSTREAM_KEY");
  }
  if (url.search || url.hash) throw new Error("the upstream's URL ends with its path: nothing may follow it");
  url.pathname = url.pathname.replace(/\/*(\/v1)?\/*$/, "/v1");
  return url;
}

/** The upstream's key from the environment; none, if it is empty. Throws an error that does not hold it. */
export function parseUpstreamKey(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (!/^[\x21-\x7e]+$/.test(text))
    throw new Error("DENCH_UPSTREAM_KEY holds a character that no key has, such as a space");
  return text;
}

/** Passes requests on. The caller's headers stay here, its key among them. */
export function upstream({ url, key, proxy }: UpstreamOptions): Backend {
  const dispatcher = dispatcherFor(proxy);
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };

  async function pass(path: string, body: Uint8Array | undefined, signal: AbortSignal): Promise<Answer> {
    const content = body
      ? { method: "POST", body, headers: { "content-type": "application/json" } }
      : { method: "GET" };
    const headers = {
      accept: "application/json, text/event-stream",
      "accept-encoding": "identity",
      ...content.headers,
      ...authorization,
    };
    const failed = (what: string) => (error: unknown) => {
      throw error instanceof Refusal || signal.aborted ? error : failure(what, error);
    };
    const response = await send(`${url.href}${path}`, { ...content, headers, signal, dispatcher }).catch(
      failed("gave no answer"),
    );
    return answerOf(response).catch(failed("gave no whole answer"));
  }

  return {
    models: (signal) => pass("/models", undefined, signal),
    chat: ({ bytes }, signal) => pass("/chat/completions", bytes, signal),
    close: () => dispatcher.destroy(),
  };
}

function dispatcherFor(proxy: EnvProxy | undefined): Dispatcher {
  const patience = { headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS };
  return proxy ? new ProxyAgent({ uri: proxy.uri, ...patience }) : new Agent(patience);
}

type Response = Awaited<ReturnType<typeof send>>;

async function answerOf({ statusCode, headers: all, body }: Response): Promise<Answer> {
  // Its words are kept back: a server that refuses a key may quote it. The caller's own key is good, so it is not told 401.
  if (statusCode === 401 || statusCode === 403) {
    leave(body);
    process.stderr.write(`The upstream answered ${statusCode}: check DENCH_UPSTREAM_KEY.\n`);
    throw new Refusal("upstream_refused");
  }
  if (statusCode < 200 || statusCode > 599 || (statusCode >= 300 && statusCode < 400)) {
    leave(body);
    throw new Refusal("upstream_unavailable", `The upstream answered with status ${statusCode}, which is no answer.`);
  }
  const headers = Object.fromEntries(
    Object.entries(all).filter(
      (header): header is [string, string] => PASSED_HEADERS.test(header[0]) && typeof header[1] === "string",
    ),
  );
  const isStream = /^text\/event-stream *(;|$)/i.test(headers["content-type"] ?? "");
  return { status: statusCode, headers, body: isStream ? body : await wholeOf(body) };
}

/** Not read to its end: it may have none. */
function leave(body: Response["body"]): void {
  body.on("error", () => {}).destroy();
}

async function wholeOf(body: Response["body"]): Promise<Whole> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    pieces.push(piece);
    size += piece.length;
    if (size > MAX_ANSWER_BYTES) {
      throw new Refusal("upstream_unavailable", `The upstream's answer has more than ${MAX_ANSWER_BYTES} bytes.`);
    }
  }
  return Buffer.concat(pieces);
}

function failure(what: string, error: unknown): Refusal {
  const code = error instanceof Error ? ("code" in error && error.code) || error.name : "no reason given";
  process.stderr.write(`The upstream ${what}: ${code}.\n`);
  return new Refusal("upstream_unavailable", `The upstream ${what} (${code}). Try again later.`);
}
