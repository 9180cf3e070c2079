import type { Context, Next } from "hono";
import { sendPage } from "./layout";
import { MessagePage } from "./message-page";

/**
 * Middleware that rejects changes requested by pages of other origins, as reported by the browser. Hono's `csrf` is not used,
 * since it checks only the content types of forms.
 */
export async function sameOrigin(c: Context, next: Next): Promise<Response | undefined> {
  if (c.req.method === "GET" || c.req.method === "HEAD" || isSameOrigin(c)) {
    await next();
    return undefined;
  }
  return sendPage(c, <MessagePage title="Request failed" message={CROSS_ORIGIN} />, 403);
}

const CROSS_ORIGIN = "The request does not come from this site, or the browser does not report its origin.";

function isSameOrigin(c: Context): boolean {
  const site = c.req.header("sec-fetch-site");
  return site === undefined ? c.req.header("origin") === new URL(c.req.url).origin : site === "same-origin";
}
