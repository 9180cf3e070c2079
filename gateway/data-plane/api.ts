import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { findByBearer } from "../http/bearer";
import { decodeJson } from "../http/json-body";
import { limitBody } from "../http/limit";
import type { LiveKey } from "../store/keys";
import type { Store } from "../store/store";
import type { Backend, BackendResponse, Bytes } from "./backend";
import { echoModel } from "./echo-model";
import { DataPlaneError, sendDataPlaneError } from "./error";
import { Meter } from "./meter";
import { IGNORED_HEADER } from "./parameters";
import { DEFAULT_PRICES, type Prices } from "./prices";
import { Propagation } from "./propagation";
import { type UpstreamOptions, upstream } from "./upstream";

export interface DataPlaneOptions {
  /** How long the data plane rejects a new key value, as if it were still propagating. Defaults to `0`. */
  readonly propagationSeconds?: number;
  /** Returns the time in milliseconds since the epoch. Defaults to the system clock. */
  readonly clock?: () => number;
  /** Returns milliseconds on a clock that is never set back. Defaults to the process's. */
  readonly monotonicClock?: () => number;
  /** The API that requests are forwarded to. Defaults to none: an echo model responds. */
  readonly upstream?: UpstreamOptions | undefined;
  /** Whether parameters that the echo model ignores are errors. Defaults to `false`: a response header names them. */
  readonly strict?: boolean;
  /** The origins whose pages may send requests to the data plane, or `*` for all. Defaults to none. */
  readonly corsOrigins?: readonly string[];
  /** The prices for estimating the cost of usage. Defaults to `DEFAULT_PRICES`. */
  readonly prices?: Prices | undefined;
}

interface Env {
  Bindings: HttpBindings;
}

export interface DataPlane {
  readonly api: Hono<Env>;
  /** Must be called when no request is in flight. */
  close(): Promise<void>;
}

export const MAX_CHAT_BYTES = 4 * 1024 * 1024;
/** How long browsers may keep the response to a preflight request. */
const PREFLIGHT_SECONDS = 600;

/** Creates the OpenAI-compatible API that gateway keys authenticate to. Its errors have OpenAI's form, too. */
export function dataPlane(store: Store, options: DataPlaneOptions): DataPlane {
  const { propagationSeconds = 0, clock = Date.now, prices = DEFAULT_PRICES } = options;
  const { monotonicClock = () => performance.now() } = options;
  const propagation = new Propagation(propagationSeconds, { wall: clock, monotonic: monotonicClock });
  const backend = options.upstream ? upstream(options.upstream) : echoModel(clock, { strict: options.strict === true });
  const meter = new Meter(store, prices);
  const api = new Hono<Env>();
  api.onError(sendDataPlaneError);

  /** Returns the key of the request, as it is in the database now. Throws if it is not active or lacks the scope. */
  function authenticate(c: Context, scope: string): LiveKey {
    const key = findByBearer(c, (value) => store.liveKeyOf(value));
    if (!key || !propagation.isOver(key)) throw new DataPlaneError("invalid_gateway_api_key");
    if (key.scopes.includes(scope)) return key;
    const scopes = key.scopes.length === 0 ? "no scope" : key.scopes.join(", ");
    throw new DataPlaneError("insufficient_scope", `The key lacks the scope ${scope}. It has ${scopes}.`);
  }

  const { corsOrigins = [] } = options;
  if (corsOrigins.length > 0) api.use(allowOrigins(corsOrigins));

  const readModels = (read: (c: Context, signal: AbortSignal) => Promise<BackendResponse>) => async (c: Context) => {
    const { id } = authenticate(c, "models:read");
    await store.usage.recordRequest(id, clock());
    const response = await read(c, c.req.raw.signal);
    const { body } = response;
    return respond(c, response, body instanceof Uint8Array ? body : ReadableStream.from(body));
  };
  api.get(
    "/models",
    readModels((_c, signal) => backend.models(signal)),
  );
  // The ID of a model may contain slashes.
  api.get(
    "/models/:id{.+}",
    readModels((c, signal) => backend.model(modelIdOf(c), signal)),
  );

  const requireKey: MiddlewareHandler = (c, next) => {
    authenticate(c, "chat:completions");
    return next();
  };
  const generate = (path: string, send: Backend["chat"]) =>
    api.post(path, requireKey, limitBody(MAX_CHAT_BYTES), async (c) => {
      const body = await c.req.arrayBuffer();
      // The key may have been revoked while the body arrived.
      const request = { keyId: authenticate(c, "chat:completions").id, at: clock() };
      await store.usage.recordRequest(request.keyId, request.at);
      const { signal } = c.req.raw;
      const generation = await send({ json: decodeJson(body), bytes: new Uint8Array(body) }, signal);
      const disconnect = () => void c.env.outgoing.destroy();
      return respond(c, generation, await meter.body(generation, request, { signal, disconnect }));
    });
  generate("/chat/completions", backend.chat);
  generate("/responses", backend.respond);

  api.all("*", () => {
    throw new DataPlaneError("not_found");
  });

  return {
    api,
    async close() {
      await meter.settled();
      await backend.close();
    },
  };
}

function respond(c: Context, { status, headers }: BackendResponse, body: Bytes | ReadableStream<Uint8Array>): Response {
  const content = body instanceof Uint8Array && body.length === 0 ? null : body;
  return c.newResponse(content, status, { ...headers, "cache-control": "no-store" });
}

/** Throws `model_not_found` for an ID with which the path would lead to another address of an upstream. */
function modelIdOf(c: Context): string {
  const id = c.req.param("id") ?? "";
  if (!id.split("/").some((segment) => /^\.{0,2}$/.test(segment))) return id;
  throw new DataPlaneError("model_not_found", undefined, "model");
}

/** Middleware that lets pages of these origins send requests. */
function allowOrigins(origins: readonly string[]): MiddlewareHandler {
  return cors({
    origin: origins.includes("*") ? "*" : [...origins],
    allowMethods: ["GET", "POST"],
    exposeHeaders: ["X-Request-Id", "Retry-After", "Retry-After-Ms", IGNORED_HEADER],
    maxAge: PREFLIGHT_SECONDS,
  });
}
