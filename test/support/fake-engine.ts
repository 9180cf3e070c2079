import { Server, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { onTestFinished } from "vitest";
import { listenGrpc } from "./listen";

/** Starts an engine's log service. Returns its address, and the logged lines. */
export async function loggingEngine(): Promise<{ address: string; lines: string[] }> {
  const lines: string[] = [];
  const server = new Server();
  server.addService(EngineService, {
    log: ({ request }: ServerUnaryCall<LogRequest, Empty>, done: sendUnaryData<Empty>) => {
      const severity = request.getSeverity() === LogSeverity.WARNING ? "warning" : "info";
      lines.push(`${severity} ${request.getUrn()}: ${request.getMessage()}`);
      done(null, new Empty());
    },
  });
  return { address: await listenGrpc(server, onTestFinished), lines };
}
