import type { MiddlewareHandler } from "hono";
import { HttpFailure } from "./failure";
import { isLoopback } from "./loopback";

/**
 * Middleware that rejects requests whose Host header is neither of this machine nor one of these names. A page of another site can
 * resolve its own name to 127.0.0.1, and would then share the origin of a gateway that ignores the header.
 */
export function requireHost(names: readonly string[]): MiddlewareHandler {
  const allowed = new Set(names.map((name) => name.toLowerCase()));
  return async (c, next) => {
    const name = URL.parse(`http://${c.req.header("host") ?? ""}`)?.hostname ?? "";
    if (!isLoopback(name) && !name.endsWith(".localhost") && !allowed.has(name)) {
      throw new HttpFailure(
        "invalid_request",
        "The Host header names another host than this gateway's. If a proxy forwards requests for that host, start the gateway with --allow-host and its name.",
      );
    }
    await next();
  };
}
