import type { ChatRequest } from "./chat";

/** Responds to authenticated requests: the echo model or an upstream. */
export interface Backend {
  /** Throws a DataPlaneError. The signal aborts the request when the client disconnects. */
  models(signal: AbortSignal): Promise<BackendResponse>;
  chat(request: ChatBody, signal: AbortSignal): Promise<BackendResponse>;
  close(): Promise<void>;
}

interface ChatBody {
  readonly parsed: ChatRequest;
  /** The body as received. */
  readonly bytes: Bytes;
}

export interface BackendResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** A complete body, or a stream of server-sent events that is read at the pace of the client. */
  readonly body: Bytes | AsyncIterable<Uint8Array>;
}

export type Bytes = Uint8Array<ArrayBuffer>;
