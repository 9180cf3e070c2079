import { DenchError, NotInitializedError } from "../../errors";
import type { Resource } from "../../resources/handler";
import { resources } from "../../resources/registry";
import type { Context, FunctionContext } from "../../session/context";
import { Session, type SessionOptions } from "../../session/session";
import { hasSecret, type Wire } from "../wire";
import { Failure } from "./calls";
import type { EngineLog } from "./engine-log";
import { initializationFailed } from "./initialization-failed";

interface ResourceRequest {
  getUrn(): string;
  getType(): string;
  /** The resource's `customTimeouts` value in seconds, or 0 if there is none. */
  getTimeout?(): number;
}

/** Finds the resource and the context for a request of the engine. */
export class Targets {
  readonly #log: EngineLog;
  readonly #canceled: AbortSignal;
  #session: Session | undefined;

  constructor(log: EngineLog, canceled: AbortSignal) {
    this.#log = log;
    this.#canceled = canceled;
  }

  /** Creates the session that all later calls use. */
  configure(options: Omit<SessionOptions, "cancel">): void {
    this.#session = new Session({ ...options, cancel: this.#canceled });
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

/** Returns the type in `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. Only the name may contain two colons. */
function typeIn(urn: string): string {
  return urn.split("::").at(2)?.split("$").at(-1) ?? "";
}
