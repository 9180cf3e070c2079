import type { Context, Next } from "hono";
import { sendPage } from "./layout";
import { MessagePage } from "./message-page";

/**
 * Lets only a page of this very origin change something, by the browser's own word on where a request comes from. Not hono's
 * `csrf`: that asks forms alone, and relies for every other type of content on the browser to ask before it sends.
 */
export async function sameOrigin(c: Context, next: Next): Promise<Response | undefined> {
  if (c.req.method === "GET" || c.req.method === "HEAD" || isFromHere(c)) {
    await next();
    return undefined;
  }
  return sendPage(c, <MessagePage title="This could not be done" message={REFUSED} />, 403);
}

const REFUSED = "The request comes from a page of another site, or from one whose browser does not say.";

function isFromHere(c: Context): boolean {
  const site = c.req.header("sec-fetch-site");
  return site === undefined ? c.req.header("origin") === new URL(c.req.url).origin : site === "same-origin";
}
