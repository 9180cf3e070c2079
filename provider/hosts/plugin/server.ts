import type { Socket } from "node:net";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { pluginService } from "./service";

const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

// The engine passes its address as the only argument that is neither a flag nor the value of one.
const engineAddress = process.argv.slice(2).find((argument) => /^[^-].*:\d+$/.test(argument));
const server = new Server({
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
});
server.addService(ResourceProviderService, pluginService({ engineAddress, env: process.env }));
const injector = server.createConnectionInjector(ServerCredentials.createInsecure());

/** Serves the plugin's calls on a connection, which may have received data already. */
export function accept(socket: Socket): void {
  injector.injectConnection(socket);
}
