import { AsyncLocalStorage } from "node:async_hooks";
import { type handleUnaryCall, Server, status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import {
  AnalyzeRequest,
  AnalyzerStackConfigureRequest,
  AnalyzeStackRequest,
  ConfigureAnalyzerRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type { Properties } from "./properties";

/** The request that a rule is called for. */
const current = new AsyncLocalStorage<unknown>();

let isObserving = false;

/** Functions that get the configuration of the pack, and the config of the stack, when the engine sends them. */
export interface RequestListeners {
  /** Throws an error if the configuration is invalid. The run then fails with its message. */
  configure(configuration: Readonly<Record<string, unknown>>): void;
  configureStack(config: ReadonlyMap<string, string>): void;
}

/**
 * Observes the requests of the engine to the pack. @pulumi/policy passes rules neither which values are secrets, nor the stack
 * config, and ignores a configuration for a rule that does not exist. Must be called before the pack is created.
 */
export function observeRequests(listeners: RequestListeners): void {
  const { addService } = Server.prototype;
  Server.prototype.addService = function (service, implementation) {
    isObserving = true;
    return addService.call(this, service, observed(implementation, listeners));
  };
}

/** Throws an error if the pack is served by another copy of @grpc/grpc-js, whose requests are not observed. */
export function expectObserving(): void {
  if (isObserving) return;
  throw new Error(
    "@pulumi/policy has a copy of @grpc/grpc-js of its own, so the rules would not see the engine's requests. Run `npm dedupe` in the folder of the pack.",
  );
}

function observed(implementation: UntypedServiceImplementation, listeners: RequestListeners) {
  const entries = Object.entries(implementation).map(([name, handler]) => {
    // Every method of an analyzer has one request and one response.
    const handle = handler as handleUnaryCall<unknown, unknown>;
    const observing: handleUnaryCall<unknown, unknown> = (call, callback) => {
      try {
        observe(call.request, listeners);
      } catch (error) {
        callback({ code: status.INVALID_ARGUMENT, details: error instanceof Error ? error.message : String(error) });
        return;
      }
      current.run(call.request, () => handle(call, callback));
    };
    return [name, observing];
  });
  return Object.fromEntries(entries);
}

function observe(request: unknown, { configure, configureStack }: RequestListeners): void {
  if (request instanceof ConfigureAnalyzerRequest) {
    const settings = Array.from(request.getPolicyconfigMap().entries(), ([name, each]) => [
      name,
      each.getProperties()?.toJavaScript() ?? {},
    ]);
    configure(Object.fromEntries(settings));
  } else if (request instanceof AnalyzerStackConfigureRequest) {
    configureStack(new Map(request.getConfigMap().entries()));
  }
}

/** Returns the inputs of the resource that a rule is called for, with marks for secrets. */
export function currentInputs(): Properties {
  const request = current.getStore();
  return (request instanceof AnalyzeRequest && request.getProperties()?.toJavaScript()) || {};
}

/** Returns the resources that a stack rule is called for, with marks for secrets. */
export function currentStack(): { urn: string; type: string; outputs: Properties }[] {
  const request = current.getStore();
  if (!(request instanceof AnalyzeStackRequest)) return [];
  return request.getResourcesList().map((resource) => ({
    urn: resource.getUrn(),
    type: resource.getType(),
    outputs: resource.getProperties()?.toJavaScript() ?? {},
  }));
}
