import { type Context, Hono } from "hono";
import type { Key } from "../contract";
import { bearerToken } from "./bearer";
import type { Store } from "./store";

interface Env {
  Variables: { key: Key };
}

const ECHO_MODEL = { id: "dench-local-echo", object: "model", created: 1767225600, owned_by: "pulumi-dench" };

/** The OpenAI-compatible API that keys open, in OpenAI's shapes, errors included. */
export function dataPlane(store: Store, propagationSeconds: number): Hono<Env> {
  const api = new Hono<Env>();

  api.use(async (c, next) => {
    const value = bearerToken(c);
    const key = value === undefined ? undefined : store.liveKeyOf(value, propagationSeconds);
    if (!key) return refuse(c, 401, "invalid_api_key", "The key is missing, unknown or revoked.");
    c.set("key", key);
    return next();
  });

  api.get("/models", (c) => {
    const { key } = c.var;
    if (!key.scopes.includes("models:read")) {
      return refuse(c, 403, "insufficient_scope", "The key lacks the scope models:read.");
    }
    store.recordUse(key.id, 0);
    return c.json({ object: "list", data: [ECHO_MODEL] });
  });

  return api;
}

function refuse(c: Context, status: 401 | 403, code: string, message: string): Response {
  return c.json({ error: { message, type: "invalid_request_error", param: null, code } }, status);
}
