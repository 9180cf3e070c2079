import type { Socket } from "node:net";
import { basename } from "node:path";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { pluginService } from "./service";

const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

/** Returns the function that serves the calls on a connection, which may have received data already. */
export async function serve(argv: readonly string[]): Promise<(socket: Socket) => void> {
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  if (isConverter(argv)) {
    const { ConverterService, converterService } = await import("../converter/service.js");
    server.addService(ConverterService, converterService(process.env));
  } else {
    // The engine passes its address as the only argument that is neither a flag nor the value of one.
    const engineAddress = argv.slice(2).find((argument) => /^[^-].*:\d+$/.test(argument));
    server.addService(ResourceProviderService, pluginService({ engineAddress, env: process.env }));
  }
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  return (socket) => injector.injectConnection(socket);
}

/**
 * Returns whether this program is the converter: it was started by the converter's name, or a launcher passed the argument because
 * it starts the plugin by its own name.
 */
function isConverter([, program = "", argument]: readonly string[]): boolean {
  return basename(program).startsWith("pulumi-converter-") || argument === "--converter";
}
