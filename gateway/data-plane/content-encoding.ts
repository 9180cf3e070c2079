import { pipeline, type Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

const DECODERS = new Map([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

/** Decodes a body. Returns undefined if an encoding of the `Content-Encoding` header is unknown. */
export function decodeBody(body: Readable, contentEncoding: string): Readable | undefined {
  const names = contentEncoding
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((name) => name !== "" && name !== "identity");
  let decoded = body;
  // The header names the encodings in the order in which they were applied.
  for (const name of names.reverse()) {
    const decoder = DECODERS.get(name)?.();
    if (!decoder) return undefined;
    // A failure of the body also fails its decoder, whose reader handles it.
    pipeline(decoded, decoder, () => {});
    decoded = decoder;
  }
  return decoded;
}
