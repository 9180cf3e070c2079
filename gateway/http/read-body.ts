import type { Context, Next } from "hono";

/**
 * Middleware that waits for the body, which may take minutes. A check that follows it still holds when the handler acts, since
 * handlers then read the body without waiting.
 */
export async function readBody(c: Context, next: Next): Promise<void> {
  await c.req.arrayBuffer();
  await next();
}
