import type { ChatRequest } from "./chat";

/** What answers the requests of keys that are let in: the echo model, or an upstream. */
export interface Backend {
  /** Throws a Refusal. The signal ends a request whose caller has gone. */
  models(signal: AbortSignal): Promise<Answer>;
  chat(request: ChatBody, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

interface ChatBody {
  readonly parsed: ChatRequest;
  /** As it came. */
  readonly bytes: Whole;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Whole, or a stream of server-sent events, which is asked for the next only once the caller has taken the last. */
  readonly body: Whole | AsyncIterable<Uint8Array>;
}

export type Whole = Uint8Array<ArrayBuffer>;
