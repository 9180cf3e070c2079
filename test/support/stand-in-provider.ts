import { type handleUnaryCall, Server, status } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  type CheckRequest,
  CheckResponse,
  ConfigureResponse,
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  DiffResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { onTestFinished } from "vitest";
import { listenGrpc } from "./listen";

/** The engine warns about a plugin that is older than its SDK. */
const ANY_VERSION = "1000.0.0";

/** A write of a resource of another provider. */
export interface Delivery {
  readonly operation: "create" | "update" | "delete";
  /** The type token, for example `kubernetes:core/v1:Secret`. */
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * Serves providers of these names. They accept any resource, and call `onDelivery` for each write, which waits for its end.
 * Returns the environment variables with which the engine uses them instead of plugins.
 */
export async function standInProviders(
  names: readonly string[],
  onDelivery: (delivery: Delivery) => Promise<void>,
): Promise<{ PULUMI_DEBUG_PROVIDERS: string }> {
  const server = new Server();
  server.addService(ResourceProviderService, standIn(onDelivery));
  const [, port = ""] = (await listenGrpc(server, onTestFinished)).split(":");
  return { PULUMI_DEBUG_PROVIDERS: names.map((name) => `${name}:${port}`).join(",") };
}

function standIn(onDelivery: (delivery: Delivery) => Promise<void>) {
  const write = (operation: Delivery["operation"], urn: string, inputs: Struct | undefined) =>
    onDelivery({ operation, type: urn.split("::").at(-2) ?? "", inputs: { ...inputs?.toJavaScript() } });
  return {
    attach: unary(() => new Empty()),
    getPluginInfo: unary(() => new PluginInfo().setVersion(ANY_VERSION)),
    checkConfig: unary((request: CheckRequest) => new CheckResponse().setInputs(request.getNews())),
    diffConfig: unary(() => new DiffResponse()),
    configure: unary(() => new ConfigureResponse().setSupportspreview(true)),
    check: unary((request: CheckRequest) => new CheckResponse().setInputs(request.getNews())),
    diff: unary((request: DiffRequest) => {
      const isSame =
        JSON.stringify(request.getNews()?.toJavaScript()) === JSON.stringify(request.getOldInputs()?.toJavaScript());
      return new DiffResponse().setChanges(DiffResponse.DiffChanges[isSame ? "DIFF_NONE" : "DIFF_SOME"]);
    }),
    create: unary(async (request: CreateRequest) => {
      if (!request.getPreview()) await write("create", request.getUrn(), request.getProperties());
      return new CreateResponse().setId(request.getName()).setProperties(request.getProperties());
    }),
    update: unary(async (request: UpdateRequest) => {
      if (!request.getPreview()) await write("update", request.getUrn(), request.getNews());
      return new UpdateResponse().setProperties(request.getNews());
    }),
    delete: unary(async (request: DeleteRequest) => {
      await write("delete", request.getUrn(), request.getOldInputs());
      return new Empty();
    }),
  };
}

function unary<Request, Response>(handle: (request: Request) => Response | Promise<Response>) {
  const handler: handleUnaryCall<Request, Response> = (call, callback) => {
    Promise.resolve(call.request)
      .then(handle)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback({ code: status.UNKNOWN, details: String(error) }),
      );
  };
  return handler;
}
