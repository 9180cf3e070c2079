import { type handleUnaryCall, Server, ServerCredentials } from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import {
  type CheckRequest,
  CheckResponse,
  ConfigureResponse,
  type CreateRequest,
  CreateResponse,
  DiffResponse,
  GetSchemaResponse,
  ProviderHandshakeResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import schema from "../../provider/schema.json";
import { newKeyState } from "./key-state";

// A plugin on the same libraries as ours that responds immediately: it has no workspace, sends nothing and checks nothing. Its
// time is what the engine and the protocol need.

/** Returns a handler that responds with what `respond` returns. */
function unary<Request, Response>(respond: (request: Request) => Response): handleUnaryCall<Request, Response> {
  return ({ request }, callback) => callback(null, respond(request));
}

const same = () => new DiffResponse().setChanges(DiffResponse.DiffChanges.DIFF_NONE);
const check = (request: CheckRequest) => new CheckResponse().setInputs(request.getNews());

const server = new Server();
server.addService(ResourceProviderService, {
  handshake: unary(() => new ProviderHandshakeResponse().setAcceptSecrets(true)),
  getPluginInfo: unary(() => new PluginInfo().setVersion(schema.version)),
  getSchema: unary(() => new GetSchemaResponse().setSchema(JSON.stringify(schema))),
  checkConfig: unary(check),
  diffConfig: unary(same),
  configure: unary(() => new ConfigureResponse().setSupportspreview(true).setAcceptsecrets(true)),
  check: unary(check),
  diff: unary(same),
  create: unary((request: CreateRequest) => {
    if (request.getPreview()) return new CreateResponse().setProperties(request.getProperties());
    const { id, state } = newKeyState(String(request.getProperties()?.toJavaScript()["name"]));
    return new CreateResponse().setId(id).setProperties(Struct.fromJavaScript(state));
  }),
  delete: unary(() => new Empty()),
  cancel: unary(() => new Empty()),
});
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
