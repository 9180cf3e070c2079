import { randomUUID } from "node:crypto";
import type { Context, Next } from "hono";

export const REQUEST_ID_HEADER = "X-Request-Id";

export function newRequestId(): string {
  return `req_${randomUUID()}`;
}

/** Middleware that gives each response an ID, by which it is found in the log. An upstream's response keeps its own. */
export async function identifyRequest(c: Context, next: Next): Promise<void> {
  c.header(REQUEST_ID_HEADER, newRequestId());
  await next();
}
