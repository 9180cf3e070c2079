import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { findByBearer } from "../http/bearer";
import { decodeJson, parse } from "../http/json-body";
import { limitBody } from "../http/limit";
import type { LiveKey } from "../store/keys";
import type { Store } from "../store/store";
import type { Answer } from "./backend";
import { LimitedChatRequest } from "./chat";
import { echoModel } from "./echo-model";
import { Meter } from "./meter";
import { DEFAULT_PRICES, type Prices } from "./prices";
import { Refusal, sendRefusal } from "./refusal";
import { type UpstreamOptions, upstream } from "./upstream";

export interface DataPlaneOptions {
  /** For so long the data plane refuses a new value, as the vendor's does while it spreads. Default: 0. */
  readonly propagationSeconds?: number;
  /** Milliseconds since the epoch. Default: the system's clock. */
  readonly clock?: () => number;
  /** Where requests are passed on to. Default: nowhere, an echo model answers. */
  readonly upstream?: UpstreamOptions | undefined;
  /** What a key's usage is estimated by. */
  readonly prices?: Prices | undefined;
}

interface Env {
  Bindings: HttpBindings;
}

export interface DataPlane {
  readonly api: Hono<Env>;
  /** To be called when no request is open. */
  close(): Promise<void>;
}

export const MAX_CHAT_BYTES = 4 * 1024 * 1024;

/** The OpenAI-compatible API that keys open, in OpenAI's forms, errors included. */
export function dataPlane(store: Store, options: DataPlaneOptions): DataPlane {
  const { propagationSeconds = 0, clock = Date.now, prices = DEFAULT_PRICES } = options;
  const backend = options.upstream ? upstream(options.upstream) : echoModel(clock);
  const meter = new Meter(store, prices);
  const api = new Hono<Env>();
  api.onError(sendRefusal);

  /** The key that the request comes with, as the database has it at this moment. */
  function keyOf(c: Context, scope: string): LiveKey {
    const key = findByBearer(c, (value) => store.liveKeyOf(value, propagationSeconds));
    if (!key) throw new Refusal("invalid_gateway_api_key");
    if (!key.scopes.includes(scope)) throw new Refusal("insufficient_scope", `The key lacks the scope ${scope}.`);
    return key;
  }

  api.get("/models", async (c) => {
    const { id } = keyOf(c, "models:read");
    await store.usage.recordRequest(id, clock());
    const answer = await backend.models(c.req.raw.signal);
    return respond(answer, answer.body);
  });

  const letIn: MiddlewareHandler = (c, next) => {
    keyOf(c, "chat:completions");
    return next();
  };
  api.post("/chat/completions", letIn, limitBody(MAX_CHAT_BYTES), async (c) => {
    const body = await c.req.arrayBuffer();
    // A body may take its time, and the key may have been revoked in it.
    const use = { keyId: keyOf(c, "chat:completions").id, at: clock() };
    await store.usage.recordRequest(use.keyId, use.at);
    const parsed = parse(LimitedChatRequest, decodeJson(body));
    const { signal } = c.req.raw;
    const answer = await backend.chat({ parsed, bytes: new Uint8Array(body) }, signal);
    const breakOff = () => void c.env.outgoing.destroy();
    return respond(answer, await meter.body(answer, parsed, use, { signal, breakOff }));
  });

  api.all("*", () => {
    throw new Refusal("not_found");
  });

  return {
    api,
    async close() {
      await meter.settled();
      await backend.close();
    },
  };
}

function respond({ status, headers }: Answer, body: Answer["body"] | ReadableStream<Uint8Array>): Response {
  return new Response(body instanceof Uint8Array && body.length === 0 ? null : body, {
    status,
    headers: { ...headers, "cache-control": "no-store" },
  });
}
