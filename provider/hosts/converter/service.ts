import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import {
  type ConvertProgramRequest,
  type ConvertProgramResponse,
  type ConvertStateRequest,
  ConvertStateResponse,
  ResourceImport,
} from "@pulumi/pulumi/proto/converter_pb";
import { DenchError } from "../../errors";
import { type ImportedResource, importedResource } from "../../inventory/import-file";
import type { Environment } from "../../session/session";
import { Calls } from "../plugin/calls";
import { EngineLog } from "../plugin/engine-log";
import { adoptFor } from "./adopt-for";

export { ConverterService } from "@pulumi/pulumi/proto/converter_grpc_pb";

/**
 * Returns the gRPC service of `pulumi import --from dench`. A failure is an error of the call. As a diagnostic, the engine would show
 * it with `<nil>` as its place.
 */
export function converterService(env: Environment): UntypedServiceImplementation {
  // The engine does not pass the address of its log. It shows what a converter writes to stderr.
  const calls = new Calls(new EngineLog());
  const print = (line: string) => void process.stderr.write(`${line}\n`);
  return {
    convertState: calls.unary(async (request: ConvertStateRequest) => {
      const adopted = await adoptFor(request.getArgsList(), { env, print, signal: calls.canceled });
      return new ConvertStateResponse().setResourcesList(adopted.map(importedResource).map(messageOf));
    }),

    convertProgram: calls.unary((_request: ConvertProgramRequest): ConvertProgramResponse => {
      throw new DenchError(
        "invalid_arguments",
        "Could not convert a program: the converter dench imports the keys of a workspace. Run `pulumi import --from dench` instead.",
      );
    }),
  };
}

function messageOf({ type, name, id, version, pluginDownloadUrl }: ImportedResource): ResourceImport {
  return new ResourceImport()
    .setType(type)
    .setName(name)
    .setId(id)
    .setVersion(version)
    .setPlugindownloadurl(pluginDownloadUrl);
}
