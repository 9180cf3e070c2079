import { isDeepStrictEqual } from "node:util";
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  type StatusObject,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
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
  type InvokeRequest,
  InvokeResponse,
  type ListRequest,
  ListResponse,
  PropertyDiff,
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
import { DenchError, errorText, NotInitializedError } from "../../errors";
import { functionsByToken } from "../../functions/registry";
import type { Checked, Resource } from "../../resources/handler";
import { resources } from "../../resources/registry";
import schema from "../../schema.json";
import type { Context, Fields } from "../../session/context";
import { type Environment, Session, timeOfRun } from "../../session/session";
import { type Difference, propertiesOf } from "../../values/differences";
import { hasUnknown } from "../../values/unknown";
import { checkFailures } from "../check-failures";
import { decodeObject, hasSecret, isSecretAt, UNKNOWN_VALUE, type Wire } from "../wire";
import { EngineLog } from "./engine-log";
import { initializationFailed } from "./initialization-failed";
import { argumentsToKeep, configSource, unguardedWarning } from "./provider-arguments";
import { decode, encode, wireOf } from "./struct";

export interface PluginOptions {
  /** Of the engine, to log to. Undefined: it comes with Handshake or Attach. */
  readonly engineAddress: string | undefined;
  readonly env: Environment;
}

/** Serves the resources over Pulumi's provider protocol. It translates, and decides nothing about keys. */
export function pluginService({ engineAddress, env }: PluginOptions): UntypedServiceImplementation {
  const log = new EngineLog();
  if (engineAddress !== undefined) log.connect(engineAddress);
  const cancel = new AbortController();
  let remembersInstances = false;
  let session: Session | undefined;

  function target(request: ResourceRequest, inputs: Wire): { resource: Resource; context: Context } {
    const urn = request.getUrn();
    // Older engines leave the type out; it is a part of the urn.
    const token = request.getType() || typeIn(urn);
    const context = opened().context({
      urn,
      log: (severity, message) => log.write(severity, message, urn),
      limitSeconds: request.getTimeout?.() || undefined,
      isSecretInput: (name) => hasSecret(inputs[name]),
    });
    return { resource: known(resources, token, "resource"), context };
  }

  function opened(): Session {
    if (!session) throw new DenchError("defect", "The engine used the provider before it configured it.");
    return session;
  }

  /** A bug in a handler, like any failure, is an answer; it never ends the process. */
  function unary<Request, Response>(handle: (request: Request) => Response | Promise<Response>) {
    const handler: handleUnaryCall<Request, Response> = (call, callback) => {
      Promise.resolve(call.request)
        .then(handle)
        .then(
          (response) => log.flushed().then(() => callback(null, response)),
          (error: unknown) => log.flushed().then(() => callback(failureOf(error))),
        );
    };
    return handler;
  }

  /** The same for an answer of many parts. */
  function streaming<Request, Part>(handle: (request: Request, signal: AbortSignal) => Promise<Part[]>) {
    const handler: handleServerStreamingCall<Request, Part> = (call) => {
      const gone = new AbortController();
      call.once("cancelled", () => gone.abort());
      Promise.resolve(call.request)
        .then((request) => handle(request, AbortSignal.any([gone.signal, cancel.signal])))
        .finally(() => log.flushed())
        .then(
          (parts) => {
            for (const part of parts) call.write(part);
            call.end();
          },
          (error: unknown) => call.emit("error", failureOf(error)),
        );
    };
    return handler;
  }

  return {
    handshake: unary((request: ProviderHandshakeRequest) => {
      log.connect(request.getEngineAddress());
      remembersInstances = request.getConfigureWithUrn() && request.getSendsOldOutputsToCheck();
      return new ProviderHandshakeResponse().setSupportsAutonamingConfiguration(true).setAcceptSecrets(true);
    }),

    attach: unary((request: PluginAttach) => {
      log.connect(request.getAddress());
      return new Empty();
    }),

    getPluginInfo: unary(() => new PluginInfo().setVersion(version)),

    getSchema: unary(() => new GetSchemaResponse().setSchema(JSON.stringify(schema))),

    checkConfig: unary((request: CheckRequest) => {
      const args = decode(request.getNews());
      const { version: _plugin, ...options } = args;
      const problems = configProblems(options).map((problem) => ({ ...problem, hidesValue: true as const }));
      const inputs = argumentsToKeep({ name: nameIn(request.getUrn()), args }, env);
      // A token is a secret even where the program gives it in clear.
      return checkResponse({ inputs, problems }, {}, secretOptions);
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
      if (!remembersInstances) log.write("warning", OLD_ENGINE, "");
      const warn = (message: string) => log.write("warning", message, "");
      const provider = { name: request.getName() ?? "", args: decode(request.getArgs()) };
      const unguarded = unguardedWarning(provider, env);
      if (unguarded !== undefined) log.write("warning", unguarded, request.getUrn() ?? "");
      session = new Session({
        source: configSource(provider, env),
        env,
        time: timeOfRun(env, warn),
        warn,
        providerId: remembersInstances ? knownId(request) : undefined,
        cancel: cancel.signal,
        trace: (line) => log.write("info", line, ""),
      });
      return new ConfigureResponse()
        .setSupportspreview(true)
        .setSupportsAutonamingConfiguration(true)
        .setAcceptsecrets(true);
    }),

    check: unary((request: CheckRequest) => {
      const news = wireOf(request.getNews());
      const { resource, context } = target(request, news);
      const checked = resource.check(context, {
        news: decodeObject(news),
        olds: decode(request.getOlds()),
        state: unlessEmpty(decode(request.getOldOutputs())),
        naming: namingOf(request),
      });
      return checkResponse(checked, news);
    }),

    diff: unary(async (request: DiffRequest) => {
      const news = wireOf(request.getNews());
      const { resource, context } = target(request, news);
      const state = decode(request.getOlds());
      return diffResponse(await resource.diff(context, { state, inputs: decodeObject(news) }));
    }),

    create: unary(async (request: CreateRequest) => {
      const given = wireOf(request.getProperties());
      const { resource, context } = target(request, given);
      const inputs = decodeObject(given);
      if (request.getPreview()) {
        const planned = await resource.preview(context, { inputs });
        return new CreateResponse().setProperties(encode(planned, resource.secrets, given));
      }
      const { id, state } = await keepingState(resource, given, resource.create(context, { inputs }));
      return new CreateResponse().setId(id).setProperties(encode(state, resource.secrets, given));
    }),

    read: unary(async (request: ReadRequest) => {
      const [inputs, properties] = [wireOf(request.getInputs()), wireOf(request.getProperties())];
      const { resource, context } = target(request, inputs);
      const id = request.getId();
      const state = unlessEmpty(decodeObject(properties));
      const found = await resource.read(context, { id, inputs: decodeObject(inputs), ...(state ? { state } : {}) });
      if (!found) return new ReadResponse();
      return new ReadResponse()
        .setId(id)
        .setInputs(encode(found.inputs, [], inputs))
        .setProperties(encode(found.state, resource.secrets, properties));
    }),

    update: unary(async (request: UpdateRequest) => {
      const given = wireOf(request.getNews());
      const { resource, context } = target(request, given);
      const wanted = { id: request.getId(), state: decode(request.getOlds()), inputs: decodeObject(given) };
      const state = request.getPreview()
        ? await resource.preview(context, wanted)
        : await keepingState(resource, given, resource.update(context, wanted));
      return new UpdateResponse().setProperties(encode(state, resource.secrets, given));
    }),

    delete: unary(async (request: DeleteRequest) => {
      const { resource, context } = target(request, wireOf(request.getOldInputs()));
      await resource.delete(context, { state: decode(request.getProperties()) });
      return new Empty();
    }),

    list: streaming(async (request: ListRequest, signal) => {
      const { listing } = known(resources, request.getToken(), "resource");
      if (!listing) throw new DenchError("defect", `This provider cannot list ${request.getToken()}.`);
      const query = decode(request.getQuery());
      if (hasUnknown(query)) return [new ListResponse().setComputed(new ListResponse.Computed())];
      const { items, next } = await listing.page(opened().workspace, {
        query,
        limit: positive(request.getLimit()),
        pageSize: positive(request.getPageSize()),
        from: request.getContinuationToken() || undefined,
        signal,
      });
      const results = items.map(({ id, name }) => new ListResponse.Result().setId(id).setName(name));
      const continuation = new ListResponse.Continuation().setContinuationToken(next ?? "");
      return [
        ...results.map((result) => new ListResponse().setResult(result)),
        new ListResponse().setContinuation(continuation),
      ];
    }),

    invoke: unary(async (request: InvokeRequest) => {
      const called = known(functionsByToken, request.getTok(), "function");
      // Not the protocol's failures: `pulumi do` passes over them.
      const answer = await called.call(opened().workspace, decode(request.getArgs()));
      return new InvokeResponse().setReturn(encode(answer));
    }),

    cancel: unary(() => {
      cancel.abort();
      return new Empty();
    }),
  };
}

/** To the protocol, a limit below one is none. */
function positive(limit: number): number | undefined {
  return limit > 0 ? limit : undefined;
}

function known<T>(registry: ReadonlyMap<string, T>, token: string, kind: string): T {
  const found = registry.get(token);
  if (found) return found;
  throw new DenchError("defect", `This provider has no ${kind} ${token}. Use a newer version of it.`);
}

interface ResourceRequest {
  getUrn(): string;
  getType(): string;
  /** Seconds of the resource's customTimeouts; 0 where there are none. */
  getTimeout?(): number;
}

/** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`. Only the name may hold two colons. */
function typeIn(urn: string): string {
  return urn.split("::").at(2)?.split("$").at(-1) ?? "";
}

function nameIn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** An answer to the engine that is a failure, in the protocol's form. */
class Failure extends Error {
  readonly status: Partial<StatusObject>;

  constructor(answer: Partial<StatusObject>) {
    super(answer.details);
    this.status = answer;
  }
}

function failureOf(error: unknown): Partial<StatusObject> {
  return error instanceof Failure ? error.status : { code: status.UNKNOWN, details: errorText(error) };
}

/** Hands a state that stands although something failed to the engine, with its secrets marked. */
async function keepingState<T>({ secrets }: Resource, given: Wire, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof NotInitializedError ? new Failure(initializationFailed(error, secrets, given)) : error;
  });
}

const OLD_ENGINE =
  "This version of the Pulumi CLI does not tell a provider who it is: a key whose creation is interrupted may be left behind. Everything else works. Use Pulumi 3.274 or newer.";

/** In a preview, the id of a provider that is yet to be made is the mark of what is not known. */
function knownId(request: ConfigureRequest): string | undefined {
  const id = request.getId();
  return id === UNKNOWN_VALUE ? undefined : id;
}

function unlessEmpty(fields: Fields): Fields | undefined {
  return Object.keys(fields).length > 0 ? fields : undefined;
}

function namingOf(request: CheckRequest): Naming {
  const asked = request.getAutonaming();
  if (!asked) return { mode: "default", logicalName: request.getName(), seed: request.getRandomseed_asU8() };
  const { DISABLE } = CheckRequest.AutonamingOptions.Mode;
  return asked.getMode() === DISABLE ? { mode: "disabled" } : { mode: "given", name: asked.getProposedName() };
}

function checkResponse({ inputs, problems }: Checked, given: Wire, secrets: readonly string[] = []): CheckResponse {
  const failures = checkFailures(problems, inputs, (keys) => isSecretAt(given, keys));
  return new CheckResponse()
    .setInputs(encode(inputs, secrets, given))
    .setFailuresList(
      failures.map(({ property, reason }) => new CheckFailure().setProperty(property).setReason(reason)),
    );
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
    // The engine looks these up among the top-level properties; paths stand in the detailed diff alone.
    .setDiffsList(propertiesOf(differences))
    .setReplacesList(propertiesOf(differences.filter(({ replace }) => replace)))
    .setHasdetaileddiff(true);
  for (const { path, kind, replace } of differences) {
    response.getDetaileddiffMap().set(path, new PropertyDiff().setKind(KINDS[kind][replace ? "replace" : "update"]));
  }
  return response;
}
