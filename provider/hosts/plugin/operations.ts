import { isDeepStrictEqual } from "node:util";
import {
  CheckRequest,
  type CheckResponse,
  type ConfigureRequest,
  ConfigureResponse,
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type DiffRequest,
  type DiffResponse,
  type InvokeRequest,
  InvokeResponse,
  type ListRequest,
  type ListResponse,
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
import type { Fields } from "../../session/context";
import { type Environment, timeOfRun } from "../../session/session";
import { hasUnknown } from "../../values/unknown";
import { nameInUrn } from "../../values/urn";
import { decodeObject, UNKNOWN_VALUE } from "../wire";
import type { EngineLog } from "./engine-log";
import { changesResponse, checkResponse, diffResponse, listResponses, unknownListResponses } from "./messages";
import { argumentsToKeep, configSource, requireVersion, unguardedWarning } from "./provider-arguments";
import { decode, encode, encodeRead, wireOf } from "./struct";
import { keepingState, known, Targets } from "./targets";

export interface OperationsOptions {
  readonly log: EngineLog;
  readonly env: Environment;
  /** Cancels waits. */
  readonly canceled: AbortSignal;
  /** Whether Configure passes the ID of the provider. */
  readonly passesProviderId: boolean;
}

/**
 * Returns the operations on the provider and its resources. They need most of the code, so the plugin loads this file when the
 * engine first calls one. A process that only returns the schema never does.
 */
export function operations({ log, env, canceled, passesProviderId }: OperationsOptions) {
  const targets = new Targets(log, canceled);
  return {
    checkConfig: (request: CheckRequest): CheckResponse => {
      const args = decode(request.getNews());
      const { version: _plugin, ...options } = args;
      const problems = configProblems(options).map((problem) => ({ ...problem, hidesValue: true as const }));
      const inputs = argumentsToKeep({ name: nameInUrn(request.getUrn()), args }, env);
      // The token is a secret even if the program does not mark it.
      return checkResponse({ inputs, problems }, {}, secretOptions);
    },

    diffConfig: (request: DiffRequest): DiffResponse => {
      // Replacing the provider would replace every key. Without a change in the response, the engine would keep the old options.
      const same = isDeepStrictEqual(decode(request.getOldInputs()), decode(request.getNews()));
      return changesResponse(!same);
    },

    configure: (request: ConfigureRequest): ConfigureResponse => {
      if (!passesProviderId) log.write("warning", OLD_ENGINE, "");
      const warn = (message: string) => log.write("warning", message, "");
      const provider = { name: request.getName() ?? "", args: decode(request.getArgs()) };
      requireVersion(provider.args, version);
      const unguarded = unguardedWarning(provider, env);
      if (unguarded !== undefined) log.write("warning", unguarded, request.getUrn() ?? "");
      targets.configure({
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
    },

    check: (request: CheckRequest): CheckResponse => {
      const news = wireOf(request.getNews());
      const { resource, context } = targets.target(request, news);
      const checked = resource.check(context, {
        news: decodeObject(news),
        olds: decode(request.getOlds()),
        state: unlessEmpty(decode(request.getOldOutputs())),
        naming: namingOf(request),
      });
      return checkResponse(checked, news);
    },

    diff: async (request: DiffRequest): Promise<DiffResponse> => {
      const news = wireOf(request.getNews());
      const { resource, context } = targets.target(request, news);
      const state = decode(request.getOlds());
      return diffResponse(await resource.diff(context, { state, inputs: decodeObject(news) }));
    },

    create: async (request: CreateRequest): Promise<CreateResponse> => {
      const given = wireOf(request.getProperties());
      const { resource, context } = targets.target(request, given);
      const inputs = decodeObject(given);
      if (request.getPreview()) {
        const planned = await resource.preview(context, { inputs });
        return new CreateResponse().setProperties(encode(planned, resource.secrets, given));
      }
      const { id, state } = await keepingState(resource, given, resource.create(context, { inputs }));
      return new CreateResponse().setId(id).setProperties(encode(state, resource.secrets, given));
    },

    read: async (request: ReadRequest): Promise<ReadResponse> => {
      const [inputs, properties] = [wireOf(request.getInputs()), wireOf(request.getProperties())];
      const { resource, context } = targets.target(request, inputs);
      const id = request.getId();
      const state = unlessEmpty(decodeObject(properties));
      const found = await resource.read(context, { id, inputs: decodeObject(inputs), ...(state ? { state } : {}) });
      if (!found) return new ReadResponse();
      return new ReadResponse()
        .setId(id)
        .setInputs(encode(found.inputs, [], inputs))
        .setProperties(encodeRead(found.state, resource.secrets, properties));
    },

    update: async (request: UpdateRequest): Promise<UpdateResponse> => {
      const given = wireOf(request.getNews());
      const { resource, context } = targets.target(request, given);
      const wanted = { id: request.getId(), state: decode(request.getOlds()), inputs: decodeObject(given) };
      const state = request.getPreview()
        ? await resource.preview(context, wanted)
        : await keepingState(resource, given, resource.update(context, wanted));
      return new UpdateResponse().setProperties(encode(state, resource.secrets, given));
    },

    delete: async (request: DeleteRequest): Promise<Empty> => {
      const { resource, context } = targets.target(request, wireOf(request.getOldInputs()));
      await resource.delete(context, { state: decode(request.getProperties()) });
      return new Empty();
    },

    list: async (request: ListRequest, signal: AbortSignal): Promise<ListResponse[]> => {
      const { listing } = known(resources, request.getToken(), "resource");
      if (!listing) throw new DenchError("defect", `This provider cannot list ${request.getToken()}.`);
      const query = decode(request.getQuery());
      if (hasUnknown(query)) return unknownListResponses();
      const page = await listing.page(targets.workspace, {
        query,
        limit: positive(request.getLimit()),
        pageSize: positive(request.getPageSize()),
        from: request.getContinuationToken() || undefined,
        signal,
      });
      return listResponses(page);
    },

    invoke: async (request: InvokeRequest): Promise<InvokeResponse> => {
      const called = known(functionsByToken, request.getTok(), "function");
      // A failure is an error of the call, because `pulumi do` ignores the failures in a response.
      const result = await called.call(targets.workspace, decode(request.getArgs()));
      return new InvokeResponse().setReturn(encode(result));
    },
  };
}

/** Returns a limit of the protocol, where zero and negative numbers mean no limit. */
function positive(limit: number): number | undefined {
  return limit > 0 ? limit : undefined;
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
