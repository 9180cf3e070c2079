import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HttpFailure } from "./failure";

/** Middleware that rejects request bodies of more than `maxBytes`. */
export function limitBody(
  maxBytes: number,
  message = `The body must have at most ${maxBytes} bytes.`,
): MiddlewareHandler {
  return bodyLimit({
    maxSize: maxBytes,
    onError: (c) => {
      // The rest of the body stays unread, so the connection cannot carry another request.
      c.header("Connection", "close");
      throw new HttpFailure("request_too_large", message);
    },
  });
}
