import { type handleServerStreamingCall, type handleUnaryCall, type StatusObject, status } from "@grpc/grpc-js";
import { errorText } from "../../errors";
import type { EngineLog } from "./engine-log";

/** The calls of the engine. Sends the response or the error of each. */
export class Calls {
  readonly #log: EngineLog;
  readonly #cancel = new AbortController();

  constructor(log: EngineLog) {
    this.#log = log;
  }

  /** Aborts when the engine cancels its calls. */
  get canceled(): AbortSignal {
    return this.#cancel.signal;
  }

  /** Cancels the waits of all calls. */
  cancel(): void {
    this.#cancel.abort();
  }

  /** Returns a gRPC handler. Any error, even a bug, becomes an error response and does not end the process. */
  unary<Request, Response>(handle: (request: Request) => Response | Promise<Response>) {
    const handler: handleUnaryCall<Request, Response> = (call, callback) => {
      Promise.resolve(call.request)
        .then(handle)
        .then(
          (response) => this.#log.flushed().then(() => callback(null, response)),
          (error: unknown) => this.#log.flushed().then(() => callback(failureOf(error))),
        );
    };
    return handler;
  }

  /** Returns a gRPC handler like `unary`, for a response in several parts. */
  streaming<Request, Part>(handle: (request: Request, signal: AbortSignal) => Promise<Part[]>) {
    const handler: handleServerStreamingCall<Request, Part> = (call) => {
      const disconnected = new AbortController();
      call.once("cancelled", () => disconnected.abort());
      Promise.resolve(call.request)
        .then((request) => handle(request, AbortSignal.any([disconnected.signal, this.canceled])))
        .finally(() => this.#log.flushed())
        .then(
          (parts) => {
            for (const part of parts) call.write(part);
            call.end();
          },
          (error: unknown) => call.emit("error", failureOf(error)),
        );
    };
    return handler;
  }
}

/** An error in the form of the gRPC protocol. */
export class Failure extends Error {
  readonly status: Partial<StatusObject>;

  constructor(failed: Partial<StatusObject>) {
    super(failed.details);
    this.status = failed;
  }
}

function failureOf(error: unknown): Partial<StatusObject> {
  return error instanceof Failure ? error.status : { code: status.UNKNOWN, details: errorText(error) };
}
