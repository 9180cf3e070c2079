import { type Client, credentials, type MethodDefinition, Server } from "@grpc/grpc-js";
import { ResourceProviderClient, ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { ConfigureRequest, type ConfigureResponse } from "@pulumi/pulumi/proto/provider_pb";
import { onTestFinished } from "vitest";
import { pluginService } from "../../provider/hosts/plugin/service";
import { encode } from "../../provider/hosts/plugin/struct";
import { listenGrpc } from "./listen";

/** The type of a gateway key, and the URN of one, in requests to the plugin. */
export const TYPE = "dench:index:GatewayKey";
export const URN = `urn:pulumi:dev::shop::${TYPE}::ci`;

/** Starts the plugin's service in this process, and returns a client that calls it as the engine does. */
export async function servedPlugin(env: Readonly<Record<string, string>> = {}): Promise<Client> {
  const server = new Server();
  server.addService(ResourceProviderService, pluginService({ engineAddress: undefined, env }));
  const address = await listenGrpc(server, onTestFinished);
  const client = new ResourceProviderClient(address, credentials.createInsecure());
  onTestFinished(() => client.close());
  return client;
}

/** Sends one request. Rejects with the engine's view of a failure. */
export function sendRequest<Request, Response>(
  plugin: Client,
  { path, requestSerialize, responseDeserialize }: MethodDefinition<Request, Response>,
  request: Request,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    plugin.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error, response) => {
      if (response === undefined) reject(error);
      else resolve(response);
    });
  });
}

/** Configures the plugin as the engine does for a default provider, with the stack config. */
export async function configure(plugin: Client): Promise<ConfigureResponse> {
  const request = new ConfigureRequest().setName("default_0_1_0").setId("instance-1").setArgs(encode({}));
  return sendRequest(plugin, ResourceProviderService.configure, request);
}

/** Sends one request, and returns all parts of the streamed response. */
export function sendStreamRequest<Request, Part>(
  plugin: Client,
  { path, requestSerialize, responseDeserialize }: MethodDefinition<Request, Part>,
  request: Request,
): Promise<Part[]> {
  return new Promise((resolve, reject) => {
    const parts: Part[] = [];
    const stream = plugin.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
    stream.on("data", (part: Part) => parts.push(part));
    stream.on("error", reject);
    stream.on("end", () => resolve(parts));
  });
}
