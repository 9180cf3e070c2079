/** The names of this machine to which a token may go in clear, and never through a proxy. */
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}

/**
 * Reads the address of an API. A token goes to it, so it is https, or http on this machine alone. Returned without a
 * slash at its end. Throws an Error whose message says what is wrong with it, without repeating it.
 */
export function parseBaseUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error("is not a URL: it has to look like https://www.dench.com/api/v1");
  }
  if (url.username !== "" || url.password !== "") throw new Error("holds a user or password: leave them out");
  if (url.search !== "" || url.hash !== "") throw new Error("has a query or a fragment: leave them out");
  const secure = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
  if (!secure) throw new Error("has to start with https:// (http:// is for this machine alone, e.g. http://127.0.0.1)");
  return url.href.replace(/\/+$/, "");
}
