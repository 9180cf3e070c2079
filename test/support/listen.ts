import { once } from "node:events";
import type { Server } from "node:http";
import { type Server as GrpcServer, ServerCredentials } from "@grpc/grpc-js";
import type { CleanUp } from "./project";

/** Starts a server on a free local port, and returns the port. The clean-up closes the server. */
export async function listen(server: Server, cleanUp: CleanUp): Promise<number> {
  await once(server.listen(0, "127.0.0.1"), "listening");
  cleanUp(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("the server has no port");
  return address.port;
}

/** Starts a gRPC server on a free local port, and returns its address. */
export async function listenGrpc(server: GrpcServer, cleanUp: CleanUp): Promise<string> {
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  cleanUp(() => server.forceShutdown());
  return `127.0.0.1:${port}`;
}
