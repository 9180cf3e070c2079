import { isDeepStrictEqual } from "node:util";
import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  CheckRequest,
  type ConfigureRequest,
  ConfigureResponse,
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  GetSchemaResponse,
  type InvokeRequest,
  InvokeResponse,
  type ListRequest,
  type ProviderHandshakeRequest,
  ProviderHandshakeResponse,
  type ReadRequest,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { version } from "../../../version";
import type { Naming } from "../../autoname";
import { configProblems, secretOptions } from "../../config/options";
import { DenchError } from "../../errors";
import { functionsByToken } from "../../functions/registry";
import { resources } from "../../resources/registry";
import schema from "../../schema.json";
import type { Fields } from "../../session/context";
import { type Environment, timeOfRun } from "../../session/session";
import { hasUnknown } from "../../values/unknown";
import { decodeObject, UNKNOWN_VALUE } from "../wire";
import { Calls, keepingState, known } from "./calls";
import { EngineLog } from "./engine-log";
import { changesResponse, checkResponse, diffResponse, listResponses, unknownListResponses } from "./messages";
import { argumentsToKeep, configSource, requireVersion, unguardedWarning } from "./provider-arguments";
import { decode, encode, wireOf } from "./struct";

export interface PluginOptions {
  /** The address of the engine's log. If undefined, Handshake or Attach passes it. */
  readonly engineAddress: string | undefined;
  readonly env: Environment;
}

/** Returns the gRPC service that translates Pulumi's provider protocol to calls of the resources and functions. */
export function pluginService({ engineAddress, env }: PluginOptions): UntypedServiceImplementation {
  const log = new EngineLog();
  if (engineAddress !== undefined) log.connect(engineAddress);
  const calls = new Calls(log);
  let passesProviderId = false;

  return {
    handshake: calls.unary((request: ProviderHandshakeRequest) => {
      log.connect(request.getEngineAddress());
      passesProviderId = request.getConfigureWithUrn() && request.getSendsOldOutputsToCheck();
      return new ProviderHandshakeResponse().setSupportsAutonamingConfiguration(true).setAcceptSecrets(true);
    }),

    attach: calls.unary((request: PluginAttach) => {
      log.connect(request.getAddress());
      return new Empty();
    }),

    getPluginInfo: calls.unary(() => new PluginInfo().setVersion(version)),

    getSchema: calls.unary(() => new GetSchemaResponse().setSchema(JSON.stringify(schema))),

    checkConfig: calls.unary((request: CheckRequest) => {
      const args = decode(request.getNews());
      const { version: _plugin, ...options } = args;
      const problems = configProblems(options).map((problem) => ({ ...problem, hidesValue: true as const }));
      const inputs = argumentsToKeep({ name: nameIn(request.getUrn()), args }, env);
      // The token is a secret even if the program does not mark it.
      return checkResponse({ inputs, problems }, {}, secretOptions);
    }),

    diffConfig: calls.unary((request: DiffRequest) => {
      // Replacing the provider would replace every key. Without a change in the response, the engine would keep the old options.
      const same = isDeepStrictEqual(decode(request.getOldInputs()), decode(request.getNews()));
      return changesResponse(!same);
    }),

    configure: calls.unary((request: ConfigureRequest) => {
      if (!passesProviderId) log.write("warning", OLD_ENGINE, "");
      const warn = (message: string) => log.write("warning", message, "");
      const provider = { name: request.getName() ?? "", args: decode(request.getArgs()) };
      requireVersion(provider.args, version);
      const unguarded = unguardedWarning(provider, env);
      if (unguarded !== undefined) log.write("warning", unguarded, request.getUrn() ?? "");
      calls.configure({
        source: configSource(provider, env),
        env,
        time: timeOfRun(env, warn),
        warn,
        providerId: passesProviderId ? knownId(request) : undefined,
        trace: (line) => log.write("info", line, ""),
      });
      return new ConfigureResponse()
        .setSupportspreview(true)
        .setSupportsAutonamingConfiguration(true)
        .setAcceptsecrets(true);
    }),

    check: calls.unary((request: CheckRequest) => {
      const news = wireOf(request.getNews());
      const { resource, context } = calls.target(request, news);
      const checked = resource.check(context, {
        news: decodeObject(news),
        olds: decode(request.getOlds()),
        state: unlessEmpty(decode(request.getOldOutputs())),
        naming: namingOf(request),
      });
      return checkResponse(checked, news);
    }),

    diff: calls.unary(async (request: DiffRequest) => {
      const news = wireOf(request.getNews());
      const { resource, context } = calls.target(request, news);
      const state = decode(request.getOlds());
      return diffResponse(await resource.diff(context, { state, inputs: decodeObject(news) }));
    }),

    create: calls.unary(async (request: CreateRequest) => {
      const given = wireOf(request.getProperties());
      const { resource, context } = calls.target(request, given);
      const inputs = decodeObject(given);
      if (request.getPreview()) {
        const planned = await resource.preview(context, { inputs });
        return new CreateResponse().setProperties(encode(planned, resource.secrets, given));
      }
      const { id, state } = await keepingState(resource, given, resource.create(context, { inputs }));
      return new CreateResponse().setId(id).setProperties(encode(state, resource.secrets, given));
    }),

    read: calls.unary(async (request: ReadRequest) => {
      const [inputs, properties] = [wireOf(request.getInputs()), wireOf(request.getProperties())];
      const { resource, context } = calls.target(request, inputs);
      const id = request.getId();
      const state = unlessEmpty(decodeObject(properties));
      const found = await resource.read(context, { id, inputs: decodeObject(inputs), ...(state ? { state } : {}) });
      if (!found) return new ReadResponse();
      return new ReadResponse()
        .setId(id)
        .setInputs(encode(found.inputs, [], inputs))
        .setProperties(encode(found.state, resource.secrets, properties));
    }),

    update: calls.unary(async (request: UpdateRequest) => {
      const given = wireOf(request.getNews());
      const { resource, context } = calls.target(request, given);
      const wanted = { id: request.getId(), state: decode(request.getOlds()), inputs: decodeObject(given) };
      const state = request.getPreview()
        ? await resource.preview(context, wanted)
        : await keepingState(resource, given, resource.update(context, wanted));
      return new UpdateResponse().setProperties(encode(state, resource.secrets, given));
    }),

    delete: calls.unary(async (request: DeleteRequest) => {
      const { resource, context } = calls.target(request, wireOf(request.getOldInputs()));
      await resource.delete(context, { state: decode(request.getProperties()) });
      return new Empty();
    }),

    list: calls.streaming(async (request: ListRequest, signal) => {
      const { listing } = known(resources, request.getToken(), "resource");
      if (!listing) throw new DenchError("defect", `This provider cannot list ${request.getToken()}.`);
      const query = decode(request.getQuery());
      if (hasUnknown(query)) return unknownListResponses();
      const page = await listing.page(calls.workspace, {
        query,
        limit: positive(request.getLimit()),
        pageSize: positive(request.getPageSize()),
        from: request.getContinuationToken() || undefined,
        signal,
      });
      return listResponses(page);
    }),

    invoke: calls.unary(async (request: InvokeRequest) => {
      const called = known(functionsByToken, request.getTok(), "function");
      // A failure is an error of the call, because `pulumi do` ignores the failures in a response.
      const result = await called.call(calls.workspace, decode(request.getArgs()));
      return new InvokeResponse().setReturn(encode(result));
    }),

    cancel: calls.unary(() => {
      calls.cancel();
      return new Empty();
    }),
  };
}

/** Returns a limit of the protocol, where zero and negative numbers mean no limit. */
function positive(limit: number): number | undefined {
  return limit > 0 ? limit : undefined;
}

function nameIn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

const OLD_ENGINE =
  "This version of the Pulumi CLI does not pass the provider its ID: if the creation of a key is interrupted, the key may be left behind. Everything else works. Use Pulumi 3.274 or newer.";

/** Returns the ID of the provider. Undefined in a preview in which the provider does not exist yet. */
function knownId(request: ConfigureRequest): string | undefined {
  const id = request.getId();
  return id === UNKNOWN_VALUE ? undefined : id;
}

function unlessEmpty(fields: Fields): Fields | undefined {
  return Object.keys(fields).length > 0 ? fields : undefined;
}

function namingOf(request: CheckRequest): Naming {
  const autonaming = request.getAutonaming();
  if (!autonaming) return { mode: "default", logicalName: request.getName(), seed: request.getRandomseed_asU8() };
  const { DISABLE } = CheckRequest.AutonamingOptions.Mode;
  if (autonaming.getMode() === DISABLE) return { mode: "disabled" };
  return { mode: "given", name: autonaming.getProposedName() };
}
