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

/** The property by which Pulumi's host finds this module. It is returned unchanged. */
const PROVIDER_KEY = "__provider";

/** Returns the session of this process. A process serves one provider instance. */
let session: (() => Session) | undefined;

/**
 * Stores the configuration. The host calls this first, once for each type of resource with the same configuration, and does not
 * wait for it. The first call that uses the session creates it, and reports invalid options.
 */
function configure({ config }: dynamic.ConfigureRequest): void {
  let opened: Session | undefined;
  session ??= () => {
    opened ??= new Session({
      source: configSource(config),
      env: process.env,
      time: timeOfRun(process.env, warn),
      warn,
      // Pulumi's host passes neither the ID of the instance nor a cancellation.
      providerId: undefined,
      cancel: new AbortController().signal,
      trace: print,
    });
    return opened;
  };
}

/** Returns the source of the options, which `config` contains as `dench:…`: the stack config, or the arguments of a provider. */
function configSource(config: dynamic.Config): ConfigSource {
  const given = Object.keys(variables).map((option) => [option, config.get(`dench:${option}`)]);
  return stackConfigSource(decodeObject(Object.fromEntries(given.filter(([, value]) => value !== undefined))));
}

/** Shows a line to the user: the host forwards the output of a dynamic provider. */
function print(line: string): void {
  process.stderr.write(`${line}\n`);
}

function warn(message: string): void {
  print(`warning: ${message}`);
}

/** Returns the context of a call. The host does not pass a URN, so only warnings are shown, without a resource. */
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

/** Any input may be a secret, because the engine unwraps secrets for Pulumi's host. */
const isSecretInput = () => true;

/** Throws errors with a text for the user, and without a stack, because the host prints it. */
async function withErrorText<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw Object.assign(new Error(errorText(error)), { stack: "" });
  }
}

/** Passes the state in a `NotInitializedError` to the host. The host stores the state of an error that has an `id`. */
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
      withErrorText(async () => {
        const context = newContext();
        const { inputs, problems } = resource.check(context, {
          news: ownProperties(news),
          olds: ownProperties(olds),
          state: undefined,
          naming: { mode: "disabled" },
        });
        // In a preview, the host makes no other call for a new resource.
        if (problems.length === 0 && Object.keys(olds).length === 0) await checkAccess(context);
        return { inputs: encodeObject(inputs), failures: checkFailures(problems, inputs, isSecretInput) };
      }),

    diff: (_id, olds, news) =>
      withErrorText(async () => {
        const inputs = ownProperties(news);
        const differences = await resource.diff(newContext(), { state: ownProperties(olds), inputs });
        const replaces = propertiesOf(differences.filter(({ replace }) => replace));
        if (differences.length === 0) return { changes: false };
        // With `changes` undefined, the engine compares the inputs and shows the differences, but ignores `replaces` if
        // they are equal. With true, it follows `replaces`, as a difference in the outputs requires.
        const isShown = differences.every(({ path }) => path in resource.inputs.shape);
        return { ...(isShown ? {} : { changes: true }), replaces };
      }),

    create: (inputs) =>
      keepingState(resource, inputs, async () => {
        const { id, state } = await resource.create(newContext(), { inputs: ownProperties(inputs) });
        return { id, outs: outputs(state) };
      }),

    read: (id, props) =>
      withErrorText(async () => {
        const own = ownProperties(props);
        const inputs = Object.fromEntries(Object.entries(own).filter(([name]) => name in resource.inputs.shape));
        // A resource that is read only by its ID has no state yet.
        const state = "keyId" in own ? { state: own } : {};
        const found = await resource.read(newContext(), { id, inputs, ...state });
        return found ? { id, props: outputs(found.state) } : {};
      }),

    update: (id, olds, news) =>
      keepingState(resource, news, async () => {
        const wanted = { id, state: ownProperties(olds), inputs: ownProperties(news) };
        return { outs: outputs(await resource.update(newContext(), wanted)) };
      }),

    delete: (_id, props) => withErrorText(() => resource.delete(newContext(), { state: ownProperties(props) })),
  };
}

function ownProperties(props: object): Fields {
  const { [PROVIDER_KEY]: _ours, ...own } = decodeObject(props);
  return own;
}

// The state of every dynamic resource refers to these names, so they must not change.
export const gatewayKey = dynamicProvider(gatewayKeyResource);
export const primarySandboxKey = dynamicProvider(primarySandboxKeyResource);
