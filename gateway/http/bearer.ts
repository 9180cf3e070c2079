import type { Context } from "hono";

/** Looks up the token of the `Authorization: Bearer` header. Returns undefined if the header has no token. */
export function findByBearer<Found>(c: Context, find: (token: string) => Found | undefined): Found | undefined {
  const token = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  return token === undefined ? undefined : find(token);
}
