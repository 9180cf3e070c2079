import { isDeepStrictEqual } from "node:util";
import { type handleUnaryCall, status, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  CheckFailure,
  CheckRequest,
  CheckResponse,
  type ConfigureRequest,
  ConfigureResponse,
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  DiffResponse,
  GetSchemaResponse,
  PropertyDiff,
  type ProviderHandshakeRequest,
  ProviderHandshakeResponse,
  type ReadRequest,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { version } from "../../version";
import type { Naming } from "../autoname";
import type { Client } from "../client/client";
import { configProblems } from "../config";
import { DenchError, errorText } from "../errors";
import type { Problem } from "../problems";
import type { Context, Difference, Fields, Resource } from "../resources/handler";
import { resources } from "../resources/registry";
import { Run } from "../run";
import { packageSchema } from "../schema";
import { EngineLog } from "./engine-log";
import { type Environment, openClient } from "./session";
import { decode, encode } from "./wire";

export interface PluginOptions {
  /** Of the engine, to log to. Undefined: it comes with Handshake or Attach. */
  readonly engineAddress: string | undefined;
  readonly env: Environment;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Serves the resources over Pulumi's provider protocol. It translates, and decides nothing about keys. */
export function pluginService({ engineAddress, env, now }: PluginOptions): UntypedServiceImplementation {
  const log = new EngineLog();
  if (engineAddress !== undefined) log.connect(engineAddress);
  const run = new Run();
  const cancel = new AbortController();
  let client: Client | undefined;
  let providerId: string | undefined;

  function target(request: { getUrn(): string; getType(): string }): { resource: Resource; context: Context } {
    const urn = request.getUrn();
    // Engines before 3.137 leave the type out; it is the part of the urn before the name.
    const token = request.getType() || (urn.split("::").at(2)?.split("$").at(-1) ?? "");
    const resource = resources.get(token);
    if (!resource) throw new DenchError("defect", `This provider has no resource ${token}. Use a newer version of it.`);
    if (!client) throw new DenchError("defect", "The engine used a resource before it configured the provider.");
    const write: Context["log"] = (severity, message) => log.write(severity, message, urn);
    return { resource, context: { client, urn, providerId, now, run, log: write } };
  }

  /** A bug in a handler, like any failure, is an answer; it never ends the process. */
  function unary<Request, Response>(handle: (request: Request) => Response | Promise<Response>) {
    const handler: handleUnaryCall<Request, Response> = (call, callback) => {
      Promise.resolve(call.request)
        .then(handle)
        .then(
          (response) => log.flushed().then(() => callback(null, response)),
          (error: unknown) => log.flushed().then(() => callback({ code: status.UNKNOWN, details: errorText(error) })),
        );
    };
    return handler;
  }

  return {
    handshake: unary((request: ProviderHandshakeRequest) => {
      log.connect(request.getEngineAddress());
      return new ProviderHandshakeResponse().setSupportsAutonamingConfiguration(true);
    }),

    attach: unary((request: PluginAttach) => {
      log.connect(request.getAddress());
      return new Empty();
    }),

    getPluginInfo: unary(() => new PluginInfo().setVersion(version)),

    getSchema: unary(() => new GetSchemaResponse().setSchema(JSON.stringify(packageSchema()))),

    checkConfig: unary((request: CheckRequest) => {
      const { version: _ours, ...args } = decode(request.getNews());
      // A token is a secret even where the program or the stack's config gives it in clear.
      return checkResponse(decode(request.getNews()), configProblems(args), ["token"]);
    }),

    diffConfig: unary((request: DiffRequest) => {
      // Never a replacement of the provider: that would replace every key. Yet any change has to be told, or the engine
      // goes on with the settings of before.
      const same = isDeepStrictEqual(decode(request.getOldInputs()), decode(request.getNews()));
      return new DiffResponse().setChanges(
        same ? DiffResponse.DiffChanges.DIFF_NONE : DiffResponse.DiffChanges.DIFF_SOME,
      );
    }),

    configure: unary((request: ConfigureRequest) => {
      providerId = request.getId();
      client = openClient({
        args: decode(request.getArgs()),
        isDefault: request.getName()?.startsWith("default") ?? true,
        env,
        cancel: cancel.signal,
        trace: (line) => log.write("info", line, ""),
      });
      return new ConfigureResponse().setSupportspreview(true).setSupportsAutonamingConfiguration(true);
    }),

    check: unary((request: CheckRequest) => {
      const { resource, context } = target(request);
      const old = decode(request.getOldOutputs());
      const state = Object.keys(old).length > 0 ? old : undefined;
      const checked = resource.check(context, { news: decode(request.getNews()), state, naming: namingOf(request) });
      return checkResponse(checked.inputs, checked.problems);
    }),

    diff: unary(async (request: DiffRequest) => {
      const { resource, context } = target(request);
      const state = decode(request.getOlds());
      return diffResponse(await resource.diff(context, { state, inputs: decode(request.getNews()) }));
    }),

    create: unary(async (request: CreateRequest) => {
      const { resource, context } = target(request);
      const inputs = decode(request.getProperties());
      if (request.getPreview()) {
        return new CreateResponse().setProperties(encode(resource.preview(context, { inputs }), resource.secrets));
      }
      const { id, state } = await resource.create(context, { inputs });
      return new CreateResponse().setId(id).setProperties(encode(state, resource.secrets));
    }),

    read: unary(async (request: ReadRequest) => {
      const { resource, context } = target(request);
      const id = request.getId();
      const state = decode(request.getProperties());
      const known = Object.keys(state).length > 0 ? { state } : {};
      const found = await resource.read(context, { id, inputs: decode(request.getInputs()), ...known });
      if (!found) return new ReadResponse();
      return new ReadResponse()
        .setId(id)
        .setInputs(encode(found.inputs))
        .setProperties(encode(found.state, resource.secrets));
    }),

    update: unary(async (request: UpdateRequest) => {
      const { resource, context } = target(request);
      const wanted = { state: decode(request.getOlds()), inputs: decode(request.getNews()) };
      const state = request.getPreview() ? resource.preview(context, wanted) : await resource.update(context, wanted);
      return new UpdateResponse().setProperties(encode(state, resource.secrets));
    }),

    delete: unary(async (request: DeleteRequest) => {
      const { resource, context } = target(request);
      await resource.delete(context, { state: decode(request.getProperties()) });
      return new Empty();
    }),

    cancel: unary(() => {
      cancel.abort();
      return new Empty();
    }),
  };
}

function namingOf(request: CheckRequest): Naming {
  const asked = request.getAutonaming();
  if (!asked) return { mode: "default", logicalName: request.getName(), seed: request.getRandomseed_asU8() };
  const { DISABLE } = CheckRequest.AutonamingOptions.Mode;
  return asked.getMode() === DISABLE ? { mode: "disabled" } : { mode: "given", name: asked.getProposedName() };
}

function checkResponse(inputs: Fields, problems: readonly Problem[], secrets: readonly string[] = []): CheckResponse {
  const failures = problems.map(({ path, message }) => new CheckFailure().setProperty(path).setReason(message));
  return new CheckResponse().setInputs(encode(inputs, secrets)).setFailuresList(failures);
}

const { Kind } = PropertyDiff;
const KINDS = {
  add: { update: Kind.ADD, replace: Kind.ADD_REPLACE },
  delete: { update: Kind.DELETE, replace: Kind.DELETE_REPLACE },
  update: { update: Kind.UPDATE, replace: Kind.UPDATE_REPLACE },
} as const;

function diffResponse(differences: readonly Difference[]): DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  const response = new DiffResponse()
    .setChanges(differences.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setHasdetaileddiff(true);
  for (const { path, kind, replace } of differences) {
    response.addDiffs(path);
    if (replace) response.addReplaces(path);
    response.getDetaileddiffMap().set(path, new PropertyDiff().setKind(KINDS[kind][replace ? "replace" : "update"]));
  }
  return response;
}
