import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { findByBearer } from "../http/bearer";
import { decodeJson, parse } from "../http/json-body";
import { limitBody } from "../http/limit";
import type { LiveKey } from "../store/keys";
import type { Store } from "../store/store";
import type { BackendResponse } from "./backend";
import { LimitedChatRequest } from "./chat";
import { echoModel } from "./echo-model";
import { DataPlaneError, sendDataPlaneError } from "./error";
import { Meter } from "./meter";
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

/** Creates the OpenAI-compatible API that gateway keys authenticate to. Its errors have OpenAI's form, too. */
export function dataPlane(store: Store, options: DataPlaneOptions): DataPlane {
  const { propagationSeconds = 0, clock = Date.now, prices = DEFAULT_PRICES } = options;
  const { monotonicClock = () => performance.now() } = options;
  const propagation = new Propagation(propagationSeconds, { wall: clock, monotonic: monotonicClock });
  const backend = options.upstream ? upstream(options.upstream) : echoModel(clock);
  const meter = new Meter(store, prices);
  const api = new Hono<Env>();
  api.onError(sendDataPlaneError);

  /** Returns the key of the request, as it is in the database now. Throws if it is not active or lacks the scope. */
  function authenticate(c: Context, scope: string): LiveKey {
    const key = findByBearer(c, (value) => store.liveKeyOf(value));
    if (!key || !propagation.isOver(key)) throw new DataPlaneError("invalid_gateway_api_key");
    if (!key.scopes.includes(scope))
      throw new DataPlaneError("insufficient_scope", `The key lacks the scope ${scope}.`);
    return key;
  }

  api.get("/models", async (c) => {
    const { id } = authenticate(c, "models:read");
    await store.usage.recordRequest(id, clock());
    const response = await backend.models(c.req.raw.signal);
    return respond(response, response.body);
  });

  const requireKey: MiddlewareHandler = (c, next) => {
    authenticate(c, "chat:completions");
    return next();
  };
  api.post("/chat/completions", requireKey, limitBody(MAX_CHAT_BYTES), async (c) => {
    const body = await c.req.arrayBuffer();
    // The key may have been revoked while the body arrived.
    const request = { keyId: authenticate(c, "chat:completions").id, at: clock() };
    await store.usage.recordRequest(request.keyId, request.at);
    const parsed = parse(LimitedChatRequest, decodeJson(body));
    const { signal } = c.req.raw;
    const response = await backend.chat({ parsed, bytes: new Uint8Array(body) }, signal);
    const disconnect = () => void c.env.outgoing.destroy();
    return respond(response, await meter.body(response, parsed, request, { signal, disconnect }));
  });

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

function respond(
  { status, headers }: BackendResponse,
  body: BackendResponse["body"] | ReadableStream<Uint8Array>,
): Response {
  return new Response(body instanceof Uint8Array && body.length === 0 ? null : body, {
    status,
    headers: { ...headers, "cache-control": "no-store" },
  });
}
