import { flushCompileCache } from "node:module";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  type CheckRequest,
  type ConfigureRequest,
  type CreateRequest,
  type DeleteRequest,
  type DiffRequest,
  GetSchemaResponse,
  type InvokeRequest,
  type ListRequest,
  type ProviderHandshakeRequest,
  ProviderHandshakeResponse,
  type ReadRequest,
  type UpdateRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { version } from "../../../version";
import schema from "../../schema.json";
import type { Environment } from "../../session/session";
import { Calls } from "./calls";
import { EngineLog } from "./engine-log";
import type { operations } from "./operations";

export interface PluginOptions {
  /** The address of the engine's log. If undefined, Handshake or Attach passes it. */
  readonly engineAddress: string | undefined;
  readonly env: Environment;
}

/** Returns the gRPC service that translates Pulumi's provider protocol to calls of the resources and functions. */
export function pluginService({ engineAddress, env }: PluginOptions): UntypedServiceImplementation {
  const log = new EngineLog();
  if (engineAddress !== undefined) log.connect(engineAddress);
  const calls = new Calls(log);
  let passesProviderId = false;
  let loading: Promise<ReturnType<typeof operations>> | undefined;
  const loaded = () => {
    loading ??= import("./operations.js").then((module) =>
      module.operations({ log, env, canceled: calls.canceled, passesProviderId }),
    );
    return loading;
  };

  return {
    handshake: calls.unary((request: ProviderHandshakeRequest) => {
      log.connect(request.getEngineAddress());
      passesProviderId = request.getConfigureWithUrn() && request.getSendsOldOutputsToCheck();
      return new ProviderHandshakeResponse().setSupportsAutonamingConfiguration(true).setAcceptSecrets(true);
    }),

    attach: calls.unary((request: PluginAttach) => {
      log.connect(request.getAddress());
      return new Empty();
    }),

    getPluginInfo: calls.unary(() => new PluginInfo().setVersion(version)),

    getSchema: calls.unary(() => new GetSchemaResponse().setSchema(JSON.stringify(schema))),

    cancel: calls.unary(() => {
      calls.cancel();
      // The engine cancels before it kills the plugin, and a killed process keeps no compiled code.
      flushCompileCache();
      return new Empty();
    }),

    checkConfig: calls.unary(async (request: CheckRequest) => (await loaded()).checkConfig(request)),
    diffConfig: calls.unary(async (request: DiffRequest) => (await loaded()).diffConfig(request)),
    configure: calls.unary(async (request: ConfigureRequest) => (await loaded()).configure(request)),
    check: calls.unary(async (request: CheckRequest) => (await loaded()).check(request)),
    diff: calls.unary(async (request: DiffRequest) => (await loaded()).diff(request)),
    create: calls.unary(async (request: CreateRequest) => (await loaded()).create(request)),
    read: calls.unary(async (request: ReadRequest) => (await loaded()).read(request)),
    update: calls.unary(async (request: UpdateRequest) => (await loaded()).update(request)),
    delete: calls.unary(async (request: DeleteRequest) => (await loaded()).delete(request)),
    list: calls.streaming(async (request: ListRequest, signal) => (await loaded()).list(request, signal)),
    invoke: calls.unary(async (request: InvokeRequest) => (await loaded()).invoke(request)),
  };
}
