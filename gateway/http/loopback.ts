const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/;

/** Returns whether a host name or address is of this machine only. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}
