import type { Context } from "hono";

/** How long a client should wait before it repeats a request that failed because of the database. */
const RETRY_AFTER_SECONDS = 1;

/** Sets the headers that belong to the status of an error response. */
export function setStatusHeaders(c: Context, status: number): void {
  if (status === 401) c.header("WWW-Authenticate", "Bearer");
  if (status === 503) c.header("Retry-After", String(RETRY_AFTER_SECONDS));
}
