import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { exitWithEngine } from "./exit-with-engine";
import { pluginService } from "./service";

const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

exitWithEngine();

// The engine passes its address as the only argument that is neither a flag nor the value of one.
const engineAddress = process.argv.slice(2).find((argument) => /^[^-].*:\d+$/.test(argument));
const server = new Server({
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
});
server.addService(ResourceProviderService, pluginService({ engineAddress, env: process.env }));
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The engine reads the port from the first line of stdout.
  process.stdout.write(`${port}\n`);
});
