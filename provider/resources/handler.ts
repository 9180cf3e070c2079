import type * as z from "zod";
import type { Naming } from "../autoname";
import type { Client } from "../client/client";
import type { Keys } from "../client/keys";
import type { ReadinessOptions } from "../client/readiness";
import type { Difference } from "../differences";
import { DenchError } from "../errors";
import { fieldsWith } from "../field-facts";
import { type Problem, problemsOf } from "../problems";
import type { Run } from "../run";
import type { PreviewedFields } from "../unknown";

/** Plain values by property name, as hosts hand them over: no secret wrappers, UNKNOWN for what is not known yet. */
export type Fields = Readonly<Record<string, unknown>>;

export type Severity = "info" | "warning";

/** What a resource may use beside its own values. */
export interface Context {
  readonly client: Pick<Client, keyof Client>;
  readonly keys: Pick<Keys, keyof Keys>;
  /** Where the host does not know it, something that no other resource of the run has. */
  readonly urn: string;
  /** The id of the provider instance in the state. Undefined where the host does not know it, or not yet. */
  readonly providerId: string | undefined;
  /** Whether a plan asks the workspace which keys still live. */
  readonly driftCheck: boolean;
  /** Address of the data plane, where one is configured. */
  readonly gatewayUrl: string | undefined;
  /** DENCH_IMPORT_KEY: the value of a key that is imported. */
  readonly importKey: string | undefined;
  /** Of the resource's customTimeouts, for this operation. */
  readonly limitSeconds: number | undefined;
  /** Milliseconds since the epoch, taken once per process: what Diff decided is still true when Update acts. */
  readonly now: number;
  readonly run: Run;
  /** Undefined once the data plane takes the value; else why it does not, in words. */
  awaitReadiness(options: Pick<ReadinessOptions, "gatewayUrl" | "key" | "limitSeconds">): Promise<string | undefined>;
  /** Shows a line at the resource, in previews too. */
  log(severity: Severity, message: string): void;
}

export interface CheckRequest<State> {
  readonly news: Fields;
  /** The inputs of before; empty at a creation and at a replacement. */
  readonly olds: Fields;
  /** Undefined at a creation, at a forced replacement, and from hosts that do not send it. */
  readonly state: State | undefined;
  readonly naming: Naming;
}

export interface Checked {
  /** The inputs with defaults filled in. */
  readonly inputs: Fields;
  readonly problems: readonly Problem[];
}

export interface Found<State> {
  readonly inputs: Fields;
  readonly state: State;
}

/**
 * A resource: data, and what can happen to it. It sees its own types, parsed once; it knows nothing of hosts, and compares with
 * the state's outputs, never with old inputs: after a failed update the engine keeps old inputs with new outputs.
 */
export interface ResourceHandler<Inputs, State> {
  check(context: Context, request: CheckRequest<State>): Checked;
  /** Empty: nothing to do. */
  diff(context: Context, request: { state: State; inputs: PreviewedFields<Inputs> }): Promise<readonly Difference[]>;
  /** What create, or with a state update, would answer: UNKNOWN for what only the real one can tell, null for nothing. */
  preview(context: Context, request: { inputs: PreviewedFields<Inputs>; state?: State }): Promise<PreviewOf<State>>;
  create(context: Context, request: { inputs: Inputs }): Promise<{ id: string; state: State }>;
  /** Without a state: an import. Undefined: it is gone. */
  read(context: Context, request: { id: string; inputs: Fields; state?: State }): Promise<Found<State> | undefined>;
  update(context: Context, request: { id: string; state: State; inputs: Inputs }): Promise<State>;
  delete(context: Context, request: { state: State }): Promise<void>;
}

/** A state of which parts are not known yet. Null stands for nothing: to leave a field out would mean that it is not known. */
export type PreviewOf<State> = Partial<PreviewedFields<{ [Field in keyof State]-?: State[Field] | null }>>;

/** What the schema and the hosts need to know of a resource's data. */
export interface ResourceData<InputsSchema extends z.ZodObject, StateSchema extends z.ZodObject> {
  readonly token: string;
  readonly description: string;
  readonly inputs: InputsSchema;
  readonly state: StateSchema;
  /** How the ones that the workspace has can be found. Without it, they cannot. */
  readonly listing?: Listing;
}

/** One page of what a workspace has of a kind of resource. */
export interface ListedPage {
  readonly items: readonly { readonly id: string; readonly name: string }[];
  /** Where the next page begins; undefined at the end. */
  readonly next: string | undefined;
}

export interface ListRequest {
  readonly query: Fields;
  /** The most that are wanted in all. */
  readonly limit: number | undefined;
  /** The most that are wanted in one page. */
  readonly pageSize: number | undefined;
  /** `next` of the page before. */
  readonly from: string | undefined;
  /** Ends the search for more. */
  readonly signal: AbortSignal;
}

export interface Listing {
  /** What can be asked for. */
  readonly query: z.ZodObject;
  page(context: Pick<Context, "client">, request: ListRequest): Promise<ListedPage>;
}

/** A resource as hosts see it: plain values in and out. */
export interface Resource extends ResourceData<z.ZodObject, z.ZodObject> {
  /** Outputs that are secrets, whatever the inputs are. */
  readonly secrets: readonly string[];
  check(context: Context, request: CheckRequest<Fields>): Checked;
  diff(context: Context, request: { state: Fields; inputs: Fields }): Promise<readonly Difference[]>;
  preview(context: Context, request: { inputs: Fields; state?: Fields }): Promise<Fields>;
  create(context: Context, request: { inputs: Fields }): Promise<{ id: string; state: Fields }>;
  read(context: Context, request: { id: string; inputs: Fields; state?: Fields }): Promise<Found<Fields> | undefined>;
  update(context: Context, request: { id: string; state: Fields; inputs: Fields }): Promise<Fields>;
  delete(context: Context, request: { state: Fields }): Promise<void>;
}

/** Puts the boundary around a handler: everything that comes in is parsed here, and nowhere else. */
export function defineResource<InputsSchema extends z.ZodObject, StateSchema extends z.ZodObject>(
  data: ResourceData<InputsSchema, StateSchema>,
  handler: ResourceHandler<z.output<InputsSchema>, z.output<StateSchema>>,
): Resource {
  const inputsOf = (fields: Fields) => parsed(data.inputs, fields, `inputs of a ${data.token}`);
  const previewedInputsOf = (fields: unknown) => {
    if (!isPreviewed(data.inputs, fields)) throw malformed(`inputs of a ${data.token}`);
    return fields;
  };
  const stateOf = (fields: Fields) => parsed(data.state, fields, `state of a ${data.token}`);
  return {
    ...data,
    secrets: fieldsWith("secret", data.state),
    check: (context, request) =>
      handler.check(context, { ...request, state: request.state && data.state.safeParse(request.state).data }),
    diff: async (context, { state, inputs }) =>
      handler.diff(context, { state: stateOf(state), inputs: previewedInputsOf(inputs) }),
    preview: async (context, { inputs, state }) =>
      handler.preview(context, {
        inputs: previewedInputsOf(inputs),
        ...(state ? { state: stateOf(state) } : {}),
      }),
    create: async (context, { inputs }) => handler.create(context, { inputs: inputsOf(inputs) }),
    read: async (context, { id, inputs, state }) =>
      handler.read(context, { id, inputs, ...(state ? { state: stateOf(state) } : {}) }),
    update: async (context, { id, state, inputs }) =>
      handler.update(context, { id, state: stateOf(state), inputs: inputsOf(inputs) }),
    delete: async (context, { state }) => handler.delete(context, { state: stateOf(state) }),
  };
}

function isPreviewed<Schema extends z.ZodObject>(
  schema: Schema,
  value: unknown,
): value is PreviewedFields<z.output<Schema>> {
  return problemsOf(schema, value).length === 0;
}

function parsed<Schema extends z.ZodObject>(schema: Schema, fields: Fields, what: string): z.output<Schema> {
  const result = schema.safeParse(fields);
  if (result.success) return result.data;
  const paths = problemsOf(schema, fields).map(({ path, message }) => `${path}: ${message}`);
  throw malformed(what, paths);
}

function malformed(what: string, problems: readonly string[] = []): DenchError {
  const list = problems.length > 0 ? ` (${problems.join("; ")})` : "";
  return new DenchError(
    "defect",
    `Could not read the ${what}: it is not of the form that this version writes${list}. Nothing was changed. If a newer version wrote it, use that one; otherwise please report this.`,
  );
}
