import { type Http, NoResponseError } from "./http";

/** Whether the data plane accepts a key value, or why that is not known. */
export type TriedKey = "accepted" | "rejected" | { readonly unknownBecause: string };

interface TryOptions {
  /** The address of the data plane, without `/v1`. */
  readonly gatewayUrl: string;
  /** The key value. */
  readonly value: string;
  /** The limit for all attempts together. Defaults to the limits of each attempt. */
  readonly limitSeconds?: number;
}

/** Sends a key value to the data plane, which may count that as a use of the key. */
export async function tryKey(http: Pick<Http, "send">, options: TryOptions): Promise<TriedKey> {
  const { gatewayUrl, value, limitSeconds } = options;
  const url = new URL(`${gatewayUrl}/v1/models`);
  const over = limitSeconds === undefined ? undefined : AbortSignal.timeout(limitSeconds * 1000);
  try {
    const { status } = await http.send({
      method: "GET",
      url,
      token: value,
      repeatable: true,
      ...(over ? { signal: over } : {}),
    });
    // 403 means that the key is valid, but may not list the models.
    if ((status >= 200 && status < 300) || status === 403) return "accepted";
    if (status === 401) return "rejected";
    return { unknownBecause: `GET ${url.pathname} on ${url.host} responded with ${status}` };
  } catch (error) {
    if (!(error instanceof NoResponseError)) throw error;
    const cause = over?.aborted ? `there was no response within ${limitSeconds} seconds` : error.message;
    return { unknownBecause: `GET ${url.pathname} on ${url.host}: ${cause}` };
  }
}
