import { EnvHttpProxyAgent, request as send } from "undici";
import type { Answer, Backend } from "./backend";
import { Refusal } from "./refusal";

/** Up to the answer's first byte, and between any two: models think long, and OpenAI's own clients wait so long. */
const PATIENCE_MS = 10 * 60 * 1000;

/** What a caller gets to see of the upstream's headers. */
const PASSED_HEADERS = /^(content-type|content-encoding|retry-after|x-request-id|x-should-retry|x-ratelimit-.+)$/;

/** Where requests are passed on to. */
export interface UpstreamOptions {
  readonly url: URL;
  /** The upstream's key. Default: requests carry none. */
  readonly key?: string | undefined;
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
export function upstream({ url, key }: UpstreamOptions): Backend {
  const dispatcher = new EnvHttpProxyAgent({ headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS });
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
    try {
      const response = await send(`${url.href}${path}`, { ...content, headers, signal, dispatcher });
      return await answerOf(response);
    } catch (error) {
      throw error instanceof Refusal || signal.aborted ? error : unreachable(error);
    }
  }

  return {
    models: (signal) => pass("/models", undefined, signal),
    chat: ({ bytes }, signal) => pass("/chat/completions", bytes, signal),
    close: () => dispatcher.destroy(),
  };
}

async function answerOf({ statusCode, headers: all, body }: Awaited<ReturnType<typeof send>>): Promise<Answer> {
  // Its words are kept back: a server that refuses a key may quote it. The caller's own key is good, so it is not told 401.
  if (statusCode === 401 || statusCode === 403) {
    await body.dump();
    process.stderr.write(`The upstream answered ${statusCode}: check DENCH_UPSTREAM_KEY.\n`);
    throw new Refusal("upstream_refused", "The upstream does not accept the key that the gateway has for it.");
  }
  if (statusCode < 200 || statusCode > 599 || (statusCode >= 300 && statusCode < 400)) {
    await body.dump();
    throw new Refusal("upstream_unavailable", `The upstream answered with status ${statusCode}, which is no answer.`);
  }
  const headers = Object.fromEntries(
    Object.entries(all).filter(
      (header): header is [string, string] => PASSED_HEADERS.test(header[0]) && typeof header[1] === "string",
    ),
  );
  const isStream = headers["content-type"]?.startsWith("text/event-stream");
  return { status: statusCode, headers, body: isStream ? body : new Uint8Array(await body.arrayBuffer()) };
}

function unreachable(error: unknown): Refusal {
  const code = error instanceof Error && "code" in error ? String(error.code) : "no answer";
  process.stderr.write(`The upstream could not be reached: ${code}.\n`);
  return new Refusal("upstream_unavailable", `The upstream could not be reached (${code}). Try again later.`);
}
