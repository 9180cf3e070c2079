import type { Readable } from "node:stream";
import { Agent, type Dispatcher, ProxyAgent, request as send } from "undici";
import { type EnvProxy, proxyFor } from "../../proxy";
import { isLoopback } from "../http/loopback";
import { type Backend, type BackendResponse, type Bytes, isFinalStatus } from "./backend";
import { decodeBody } from "./content-encoding";
import { DataPlaneError } from "./error";
import { chatPrompt, responsesPrompt } from "./prompt";
import { Redactor } from "./redactor";

/** The time limit up to the first byte of a response, and between two chunks. It is the default of OpenAI's clients. */
const TIMEOUT_MS = 10 * 60 * 1000;

/** The maximum size of a response that is not a stream. It is kept in memory until it is complete. */
const MAX_RESPONSE_BYTES = 64 * 1024 * 1024;

/** The response headers that are forwarded to the client. */
const FORWARDED_HEADERS = /^(content-type|retry-after|retry-after-ms|x-request-id|x-should-retry|x-ratelimit-.+)$/;

/** The API that requests are forwarded to. */
export interface UpstreamOptions {
  readonly url: URL;
  /** The API key of the upstream. Defaults to none. */
  readonly key?: string | undefined;
  /** The proxy for requests to the upstream. Defaults to none. */
  readonly proxy?: EnvProxy | undefined;
}

/**
 * Parses the URL of an OpenAI-compatible API, with or without a final `/v1`. Unless `allowHttp`, it must be `https`, or `http` on
 * this machine. Throws an error that describes the problem.
 */
export function parseUpstreamUrl(text: string, { allowHttp = false } = {}): URL {
  // Errors do not quote the text, since it may hold a key by mistake.
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new Error("the upstream URL must start with https:// or http://");
  }
  if (url.username || url.password) {
    throw new Error("the upstream URL must not contain a password; set the key in DENCH_UPSTREAM_KEY");
  }
  if (url.search || url.hash) throw new Error("the upstream URL must not have a query or fragment");
  if (url.protocol === "http:" && !allowHttp && !isLoopback(url.hostname)) {
    throw new Error(
      "the upstream URL must start with https://, since http:// would send keys and texts unencrypted; in a network that you trust, add --insecure-upstream",
    );
  }
  url.pathname = url.pathname.replace(/\/*(\/v1)?\/*$/, "/v1");
  return url;
}

/** Returns the proxy for an upstream. Requests to this machine have none, since they may be plain HTTP, which a proxy could read. */
export function proxyForUpstream(url: URL, env: Parameters<typeof proxyFor>[1]): EnvProxy | undefined {
  return isLoopback(url.hostname) ? undefined : proxyFor(url, env);
}

/** Parses the upstream key. Returns undefined if it is empty. Throws an error that does not contain it. */
export function parseUpstreamKey(text: string | undefined): string | undefined {
  if (!text) return undefined;
  if (!/^[\x21-\x7e]+$/.test(text))
    throw new Error("DENCH_UPSTREAM_KEY contains a character that is not allowed in a key, such as a space");
  return text;
}

/** Creates a backend that forwards requests to an API. Headers of the client, such as its key, are not forwarded. */
export function upstream({ url, key, proxy }: UpstreamOptions): Backend {
  const dispatcher = dispatcherFor(proxy);
  const redactor = new Redactor(key);
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };

  async function forward(path: string, body: Uint8Array | undefined, signal: AbortSignal): Promise<BackendResponse> {
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
      throw error instanceof DataPlaneError || signal.aborted ? error : unavailable(what, error);
    };
    const response = await send(`${url.href}${path}`, { ...content, headers, signal, dispatcher }).catch(
      failed("did not respond"),
    );
    return readResponse(response, redactor).catch(failed("sent an incomplete response"));
  }

  return {
    models: (signal) => forward("/models", undefined, signal),
    model: (id, signal) => forward(`/models/${id.split("/").map(encodeURIComponent).join("/")}`, undefined, signal),
    async chat({ json, bytes }, signal) {
      const prompt = chatPrompt(json);
      return { ...(await forward("/chat/completions", bytes, signal)), prompt };
    },
    async respond({ json, bytes }, signal) {
      const prompt = responsesPrompt(json);
      return { ...(await forward("/responses", bytes, signal)), prompt };
    },
    close: () => dispatcher.destroy(),
  };
}

function dispatcherFor(proxy: EnvProxy | undefined): Dispatcher {
  const timeouts = { headersTimeout: TIMEOUT_MS, bodyTimeout: TIMEOUT_MS };
  return proxy ? new ProxyAgent({ uri: proxy.uri, ...timeouts }) : new Agent(timeouts);
}

type UpstreamResponse = Awaited<ReturnType<typeof send>>;

/** Reads a response, and removes the upstream key from it. */
async function readResponse(
  { statusCode, headers: all, body }: UpstreamResponse,
  redactor: Redactor,
): Promise<BackendResponse> {
  // The body is not forwarded, since it may quote the upstream key. Nor is the status: the key of the client is valid.
  if (statusCode === 401 || statusCode === 403) {
    discard(body);
    process.stderr.write(`The upstream responded with ${statusCode}: check DENCH_UPSTREAM_KEY.\n`);
    throw new DataPlaneError("upstream_refused");
  }
  if (!isFinalStatus(statusCode) || (statusCode >= 300 && statusCode < 400)) {
    discard(body);
    throw new DataPlaneError(
      "upstream_unavailable",
      `The upstream responded with the unexpected status ${statusCode}.`,
    );
  }
  const isEmpty = all["content-length"] === "0";
  const decoded = isEmpty ? body : decodeBody(body, [all["content-encoding"] ?? []].flat().join());
  if (!decoded) {
    discard(body);
    throw new DataPlaneError("upstream_unavailable", "The content encoding of the upstream is unknown.");
  }
  const headers = Object.fromEntries(
    Object.entries(all)
      .filter(
        (header): header is [string, string] => FORWARDED_HEADERS.test(header[0]) && typeof header[1] === "string",
      )
      .map(([name, value]) => [name, redactor.text(value)]),
  );
  const isStream = /^text\/event-stream *(;|$)/i.test(headers["content-type"] ?? "");
  const redacted = isStream ? redactor.stream(decoded) : redactor.bytes(await readBody(decoded));
  return { status: statusCode, headers, body: redacted };
}

/** Closes a body without reading it, since it may never end. */
function discard(body: Readable): void {
  body.on("error", () => {}).destroy();
}

async function readBody(body: Readable): Promise<Bytes> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_RESPONSE_BYTES) {
      throw new DataPlaneError(
        "upstream_unavailable",
        `The response of the upstream has more than ${MAX_RESPONSE_BYTES} bytes.`,
      );
    }
  }
  return Buffer.concat(chunks);
}

function unavailable(what: string, error: unknown): DataPlaneError {
  const code = error instanceof Error ? ("code" in error && error.code) || error.name : "unknown error";
  process.stderr.write(`The upstream ${what}: ${code}.\n`);
  return new DataPlaneError("upstream_unavailable", `The upstream ${what} (${code}). Try again later.`);
}
