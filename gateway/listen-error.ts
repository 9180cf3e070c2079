/** The address that a server should listen on. */
interface Wanted {
  readonly host: string;
  readonly port: string;
}

/** Why a server cannot listen, and what to do next, by the code of the system's error. */
const REASONS: Readonly<Record<string, (wanted: Wanted) => string>> = {
  EADDRINUSE: ({ host, port }) =>
    `port ${port} of ${host} is in use by another program. Stop that program, or select another port with --port (0 selects a free one).`,
  EACCES: ({ port }) => `this user may not listen on port ${port}. Select a port above 1023 with --port.`,
  EADDRNOTAVAIL: ({ host }) => `this machine does not have the address ${host}. Select another one with --host.`,
  ENOTFOUND: ({ host }) => `the name ${host} has no address. Select another one with --host.`,
};

/** Returns a sentence on an error of `server.listen`, or undefined for another error. */
export function describeListenError(error: unknown, wanted: Wanted): string | undefined {
  if (!(error instanceof Error && "code" in error && "syscall" in error)) return undefined;
  const isListening = error.syscall === "listen" || error.syscall === "getaddrinfo";
  return isListening ? REASONS[String(error.code)]?.(wanted) : undefined;
}
