import "./needs-node";
import type { dynamic } from "@pulumi/pulumi";
import { type ConfigSource, stackConfigSource, variables } from "../../config/options";
import { DenchError, errorText, NotInitializedError } from "../../errors";
import { checkAccess } from "../../resources/access";
import { gatewayKey as gatewayKeyResource } from "../../resources/gateway-key";
import type { Resource } from "../../resources/handler";
import { primarySandboxKey as primarySandboxKeyResource } from "../../resources/primary-sandbox-key";
import type { Context, Fields } from "../../session/context";
import { Session, timeOfRun } from "../../session/session";
import { propertiesOf } from "../../values/differences";
import { checkFailures } from "../check-failures";
import { decodeObject, encodeObject } from "../wire";

/** The property that names this module to Pulumi's host. It is not the resource's, and returns as it came. */
const PROVIDER_KEY = "__provider";

/** One process serves one provider instance, however many kinds of resources it has. */
let session: (() => Session) | undefined;

/**
 * Called before anything else, and once more for each further kind, with the same configuration. The host does not wait for
 * it, so it only notes how to open the session; what is wrong with the configuration is told to whoever needs it first.
 */
function configure({ config }: dynamic.ConfigureRequest): void {
  let opened: Session | undefined;
  session ??= () => {
    opened ??= new Session({
      source: configSource(config),
      env: process.env,
      time: timeOfRun(process.env, warn),
      warn,
      // Pulumi's host keeps both to itself: which instance it is, and that it is cancelled.
      providerId: undefined,
      cancel: new AbortController().signal,
      trace: tell,
    });
    return opened;
  };
}

/** The whole of the stack's config, or the arguments of an explicit provider: the options stand in it as `dench:…`. */
function configSource(config: dynamic.Config): ConfigSource {
  const given = Object.keys(variables).map((option) => [option, config.get(`dench:${option}`)]);
  return stackConfigSource(decodeObject(Object.fromEntries(given.filter(([, value]) => value !== undefined))));
}

/** The host shows what a dynamic provider prints. */
function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

function warn(message: string): void {
  tell(`warning: ${message}`);
}

/** The resource has no URN here, so it stands alone. Lines are warnings or nothing: they cannot be put at the resource. */
function newContext(): Context {
  if (!session) throw new DenchError("defect", "The host used a resource before it configured the provider.");
  return session().context({
    urn: undefined,
    log: (severity, message) => {
      if (severity === "warning") warn(message);
    },
    limitSeconds: undefined,
    isSecretInput,
  });
}

/** Pulumi's host does not accept secrets, so the engine unwraps them: any input may be one. */
const isSecretInput = () => true;

/** The host prints an error's stack beside its text: it is of no use to a user. */
async function shown<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw Object.assign(new Error(errorText(error)), { stack: "" });
  }
}

/** With an id, the host takes an error for "it exists, but something is left to do", and keeps the state in it. */
async function keepingState<T>({ secrets }: Resource, props: object, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const failure = Object.assign(new Error(errorText(error)), { stack: "" });
    if (!(error instanceof NotInitializedError)) throw failure;
    const properties = { ...encodeObject(error.state, secrets), [PROVIDER_KEY]: Reflect.get(props, PROVIDER_KEY) };
    throw Object.assign(failure, { id: error.id, properties, reasons: [failure.message] });
  }
}

function dynamicProvider(resource: Resource): dynamic.ResourceProvider {
  const outputs = (state: Fields) => encodeObject(state, resource.secrets);
  return {
    configure: async (request) => configure(request),

    check: (olds, news) =>
      shown(async () => {
        const context = newContext();
        const { inputs, problems } = resource.check(context, {
          news: ownProperties(news),
          olds: ownProperties(olds),
          state: undefined,
          naming: { mode: "disabled" },
        });
        // In a preview the host calls nothing else for a resource that is yet to be created.
        if (problems.length === 0 && Object.keys(olds).length === 0) await checkAccess(context);
        return { inputs: encodeObject(inputs), failures: checkFailures(problems, inputs, isSecretInput) };
      }),

    diff: (_id, olds, news) =>
      shown(async () => {
        const inputs = ownProperties(news);
        const differences = await resource.diff(newContext(), { state: ownProperties(olds), inputs });
        const replaces = propertiesOf(differences.filter(({ replace }) => replace));
        if (differences.length === 0) return { changes: false };
        // Undefined makes the engine compare the inputs by itself and show what differs, which it would not do for true;
        // but it ignores `replaces` when it finds the inputs the same, as with what was changed elsewhere.
        const isShown = differences.every(({ path }) => path in resource.inputs.shape);
        return { ...(isShown ? {} : { changes: true }), replaces };
      }),

    create: (inputs) =>
      keepingState(resource, inputs, async () => {
        const { id, state } = await resource.create(newContext(), { inputs: ownProperties(inputs) });
        return { id, outs: outputs(state) };
      }),

    read: (id, props) =>
      shown(async () => {
        const own = ownProperties(props);
        const inputs = Object.fromEntries(Object.entries(own).filter(([name]) => name in resource.inputs.shape));
        // Asked for by its id, a resource has no outputs yet.
        const state = "keyId" in own ? { state: own } : {};
        const found = await resource.read(newContext(), { id, inputs, ...state });
        return found ? { id, props: outputs(found.state) } : {};
      }),

    update: (id, olds, news) =>
      keepingState(resource, news, async () => {
        const wanted = { id, state: ownProperties(olds), inputs: ownProperties(news) };
        return { outs: outputs(await resource.update(newContext(), wanted)) };
      }),

    delete: (_id, props) => shown(() => resource.delete(newContext(), { state: ownProperties(props) })),
  };
}

function ownProperties(props: object): Fields {
  const { [PROVIDER_KEY]: _ours, ...own } = decodeObject(props);
  return own;
}

// Named by a constant string in every state of a dynamic resource: these names stay for ever.
export const gatewayKey = dynamicProvider(gatewayKeyResource);
export const primarySandboxKey = dynamicProvider(primarySandboxKeyResource);
