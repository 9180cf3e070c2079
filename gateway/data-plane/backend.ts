import type { StatusCode } from "hono/utils/http-status";
import type { Prompt } from "./prompt";

/** Responds to authenticated requests: the echo model or an upstream. Each method throws a DataPlaneError. */
export interface Backend {
  /** The signal aborts the request when the client disconnects. */
  models(signal: AbortSignal): Promise<BackendResponse>;
  model(id: string, signal: AbortSignal): Promise<BackendResponse>;
  chat(body: RequestBody, signal: AbortSignal): Promise<Generation>;
  respond(body: RequestBody, signal: AbortSignal): Promise<Generation>;
  close(): Promise<void>;
}

interface RequestBody {
  readonly json: unknown;
  /** The body as received. */
  readonly bytes: Bytes;
}

export interface BackendResponse {
  readonly status: StatusCode;
  readonly headers: Readonly<Record<string, string>>;
  /** A complete body, or a stream of server-sent events that is read at the pace of the client. */
  readonly body: Bytes | AsyncIterable<Uint8Array>;
}

/** A response that costs tokens. */
export interface Generation extends BackendResponse {
  readonly prompt: Prompt;
}

/** Returns whether a number is the status of a final response. */
export function isFinalStatus(status: number): status is StatusCode {
  return Number.isInteger(status) && status >= 200 && status <= 599;
}

export type Bytes = Uint8Array<ArrayBuffer>;
