import type { MiddlewareHandler } from "hono";
import { HttpFailure } from "./failure";

/**
 * Middleware that rejects request bodies of more than `maxBytes`. The server reads the rest of a rejected body for a moment, since
 * a client that is still sending would not receive the response otherwise.
 */
export function limitBody(
  maxBytes: number,
  message = `The body must have at most ${maxBytes} bytes.`,
): MiddlewareHandler {
  const tooLarge = () => new HttpFailure("request_too_large", message);
  return async (c, next) => {
    // An unread body is discarded by the server.
    if (Number(c.req.header("content-length") ?? 0) > maxBytes) throw tooLarge();
    if (c.req.header("transfer-encoding") !== undefined && c.req.raw.body) {
      const body = await readUpTo(maxBytes, c.req.raw.body);
      if (!body) throw tooLarge();
      c.req.raw = new Request(c.req.raw, { body });
    }
    await next();
  };
}

/** Returns undefined if the stream has more bytes. Its rest is then read in the background, until the server closes it. */
async function readUpTo(maxBytes: number, stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    chunks.push(value);
    size += value.length;
    if (size <= maxBytes) continue;
    discard(reader).catch(() => {});
    return undefined;
  }
}

async function discard(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}
