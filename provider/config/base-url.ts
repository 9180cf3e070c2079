/** Host names of this machine. Requests to them may use plain HTTP, and never go through a proxy. */
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.test(hostname);
}

/**
 * Returns the address of an API without a trailing slash. Must be `https`, or `http` on this machine, because requests carry
 * a token. Throws an Error that names the problem without repeating the address.
 */
export function parseBaseUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Error("is not a URL: it must look like https://www.dench.com/api/v1");
  }
  if (url.username !== "" || url.password !== "") throw new Error("contains a user or password: remove them");
  if (url.search !== "" || url.hash !== "") throw new Error("contains a query or a fragment: remove it");
  const secure = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url));
  if (!secure) throw new Error("must start with https:// (http:// is only for this machine, e.g. http://127.0.0.1)");
  return url.href.replace(/\/+$/, "");
}
