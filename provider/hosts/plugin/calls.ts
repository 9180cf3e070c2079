import { type handleServerStreamingCall, type handleUnaryCall, type StatusObject, status } from "@grpc/grpc-js";
import { DenchError, errorText, NotInitializedError } from "../../errors";
import type { Resource } from "../../resources/handler";
import { resources } from "../../resources/registry";
import type { Context, FunctionContext } from "../../session/context";
import { Session, type SessionOptions } from "../../session/session";
import { hasSecret, type Wire } from "../wire";
import type { EngineLog } from "./engine-log";
import { initializationFailed } from "./initialization-failed";

interface ResourceRequest {
  getUrn(): string;
  getType(): string;
  /** The resource's `customTimeouts` value in seconds, or 0 if there is none. */
  getTimeout?(): number;
}

/** The calls of the engine. Finds the resource and the context for a request, and sends the response or the error. */
export class Calls {
  readonly #log: EngineLog;
  readonly #cancel = new AbortController();
  #session: Session | undefined;

  constructor(log: EngineLog) {
    this.#log = log;
  }

  /** Creates the session that all later calls use. */
  configure(options: Omit<SessionOptions, "cancel">): void {
    this.#session = new Session({ ...options, cancel: this.#cancel.signal });
  }

  /** Cancels the waits of all calls. */
  cancel(): void {
    this.#cancel.abort();
  }

  /** The context of a call that is not about a particular resource. */
  get workspace(): FunctionContext {
    return this.#configured.workspace;
  }

  /** Returns the resource of a request, and the context of the call. */
  target(request: ResourceRequest, inputs: Wire): { resource: Resource; context: Context } {
    const urn = request.getUrn();
    // Older engines omit the type, which the URN contains.
    const token = request.getType() || typeIn(urn);
    const context = this.#configured.context({
      urn,
      log: (severity, message) => this.#log.write(severity, message, urn),
      limitSeconds: request.getTimeout?.() || undefined,
      isSecretInput: (name) => hasSecret(inputs[name]),
    });
    return { resource: known(resources, token, "resource"), context };
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
        .then((request) => handle(request, AbortSignal.any([disconnected.signal, this.#cancel.signal])))
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

  get #configured(): Session {
    if (!this.#session) throw new DenchError("defect", "The engine used the provider before it configured it.");
    return this.#session;
  }
}

/** Returns the entry of a registry for a token. Throws `defect` if there is none. */
export function known<T>(registry: ReadonlyMap<string, T>, token: string, kind: string): T {
  const found = registry.get(token);
  if (found) return found;
  throw new DenchError("defect", `This provider has no ${kind} ${token}. Use a newer version of it.`);
}

/** Sends the state in a `NotInitializedError` to the engine with its secrets marked, so that the engine stores it. */
export async function keepingState<T>({ secrets }: Resource, given: Wire, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof NotInitializedError ? new Failure(initializationFailed(error, secrets, given)) : error;
  });
}

/** An error in the form of the gRPC protocol. */
class Failure extends Error {
  readonly status: Partial<StatusObject>;

  constructor(failed: Partial<StatusObject>) {
    super(failed.details);
    this.status = failed;
  }
}

function failureOf(error: unknown): Partial<StatusObject> {
  return error instanceof Failure ? error.status : { code: status.UNKNOWN, details: errorText(error) };
}

/** Returns the type in `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. Only the name may contain two colons. */
function typeIn(urn: string): string {
  return urn.split("::").at(2)?.split("$").at(-1) ?? "";
}
