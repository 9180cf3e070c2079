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
  /** Seconds of the resource's customTimeouts; 0 where there are none. */
  getTimeout?(): number;
}

/**
 * The engine's calls: each leads from a request to the resource that it names and the context to use, and ends with a response
 * or a failure.
 */
export class Calls {
  readonly #log: EngineLog;
  readonly #cancel = new AbortController();
  #session: Session | undefined;

  constructor(log: EngineLog) {
    this.#log = log;
  }

  /** Opens the session that all calls from now on use. */
  configure(options: Omit<SessionOptions, "cancel">): void {
    this.#session = new Session({ ...options, cancel: this.#cancel.signal });
  }

  /** Ends the waits of all calls. */
  cancel(): void {
    this.#cancel.abort();
  }

  /** The context of a call that is about no resource in particular. */
  get workspace(): FunctionContext {
    return this.#opened.workspace;
  }

  /** The resource that a request names, and the context of the call. */
  target(request: ResourceRequest, inputs: Wire): { resource: Resource; context: Context } {
    const urn = request.getUrn();
    // Older engines leave the type out; it is a part of the urn.
    const token = request.getType() || typeIn(urn);
    const context = this.#opened.context({
      urn,
      log: (severity, message) => this.#log.write(severity, message, urn),
      limitSeconds: request.getTimeout?.() || undefined,
      isSecretInput: (name) => hasSecret(inputs[name]),
    });
    return { resource: known(resources, token, "resource"), context };
  }

  /** A bug in a handler, like any failure, becomes a response; it never ends the process. */
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

  /** Like `unary`, for a response of many parts. */
  streaming<Request, Part>(handle: (request: Request, signal: AbortSignal) => Promise<Part[]>) {
    const handler: handleServerStreamingCall<Request, Part> = (call) => {
      const gone = new AbortController();
      call.once("cancelled", () => gone.abort());
      Promise.resolve(call.request)
        .then((request) => handle(request, AbortSignal.any([gone.signal, this.#cancel.signal])))
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

  get #opened(): Session {
    if (!this.#session) throw new DenchError("defect", "The engine used the provider before it configured it.");
    return this.#session;
  }
}

/** Returns what a registry has under a token. */
export function known<T>(registry: ReadonlyMap<string, T>, token: string, kind: string): T {
  const found = registry.get(token);
  if (found) return found;
  throw new DenchError("defect", `This provider has no ${kind} ${token}. Use a newer version of it.`);
}

/** Hands a state that is kept although something failed to the engine, with its secrets marked. */
export async function keepingState<T>({ secrets }: Resource, given: Wire, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof NotInitializedError ? new Failure(initializationFailed(error, secrets, given)) : error;
  });
}

/** A failure in the form that the protocol has for it. */
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

/** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. Only the name may hold two colons. */
function typeIn(urn: string): string {
  return urn.split("::").at(2)?.split("$").at(-1) ?? "";
}
