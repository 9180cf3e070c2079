import type { Context } from "hono";

/** Returns what `find` knows of the token in the `Authorization: Bearer` header, if there is a token. */
export function findByBearer<Found>(c: Context, find: (token: string) => Found | undefined): Found | undefined {
  const token = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  return token === undefined ? undefined : find(token);
}
