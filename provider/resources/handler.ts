import type * as z from "zod";
import type { Naming } from "../autoname";
import { DenchError, NotInitialisedError } from "../errors";
import type { Context, Fields } from "../session/context";
import type { Difference } from "../values/differences";
import { fieldsWith } from "../values/field-facts";
import { type Problem, problemsOf } from "../values/problems";
import type { Previewed, PreviewedFields } from "../values/unknown";

interface CheckRequest<State> {
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

interface Found<State> {
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
  /** What create, or with a state update, would return: UNKNOWN for what only the real one can tell. */
  preview(context: Context, request: { inputs: PreviewedFields<Inputs>; state?: State }): Promise<PreviewOf<State>>;
  create(context: Context, request: { inputs: Inputs }): Promise<{ id: string; state: State }>;
  /** Without a state: an import. Undefined: it is gone. */
  read(context: Context, request: { id: string; inputs: Fields; state?: State }): Promise<Found<State> | undefined>;
  update(context: Context, request: { id: string; state: State; inputs: Inputs }): Promise<State>;
  delete(context: Context, request: { state: State }): Promise<void>;
}

/** A state of which parts are not known yet. A field that is left out, or undefined, will be absent. */
export type PreviewOf<State> = { [Field in keyof State]?: Previewed<State[Field]> | undefined };

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

interface ListRequest {
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

/**
 * Puts the boundary around a handler: everything that comes in is parsed here, and nowhere else. Everything that goes out
 * names what is absent as null, since the engine takes a missing output of a preview for one that is not known yet, and holds
 * no secret where none belongs.
 */
export function defineResource<InputsSchema extends z.ZodObject, StateSchema extends z.ZodObject>(
  data: ResourceData<InputsSchema, StateSchema>,
  handler: ResourceHandler<z.output<InputsSchema>, z.output<StateSchema>>,
): Resource {
  const inputsOf = (fields: Fields) => parsed(data.inputs, fields, `inputs of a ${data.token}`);
  const previewedInputsOf = (fields: unknown) => {
    if (!isPreviewed(data.inputs, fields)) throw malformed(`inputs of a ${data.token}`);
    return fields;
  };
  const secretFields = fieldsWith("secret", data.state);
  const secretsOf = (fields: Fields) =>
    secretFields.map((name) => fields[name]).filter((value): value is string => typeof value === "string");
  const stateOf = ({ secrets }: Context, fields: Fields) => {
    const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
    secrets.add(...secretsOf(present));
    return parsed(data.state, present, `state of a ${data.token}`);
  };
  const absent = Object.fromEntries(Object.keys(data.state.shape).map((name) => [name, null]));
  const complete = (fields: Fields): Fields => {
    const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    return { ...absent, ...present };
  };
  const finished = ({ secrets }: Context, state: Fields): Fields => {
    secrets.add(...secretsOf(state));
    const ofServer = Object.entries(state).filter(
      ([name]) => !(name in data.inputs.shape || secretFields.includes(name)),
    );
    const place = secrets.fieldIn(Object.fromEntries(ofServer));
    if (place === undefined) return complete(state);
    throw new DenchError(
      "unexpected_answer",
      `Could not keep the state of a ${data.token}: the server's word for ${place} contains a secret, which would stand there in clear. Check that the address is the vendor's API and no proxy changes responses; if so, report this to the vendor.`,
    );
  };
  return {
    ...data,
    secrets: secretFields,
    check: (context, request) =>
      handler.check(context, { ...request, state: request.state && data.state.safeParse(request.state).data }),
    diff: (context, { state, inputs }) =>
      guarded(context, () =>
        handler.diff(context, { state: stateOf(context, state), inputs: previewedInputsOf(inputs) }),
      ),
    preview: (context, { inputs, state }) =>
      guarded(context, async () =>
        complete(
          await handler.preview(context, {
            inputs: previewedInputsOf(inputs),
            ...(state ? { state: stateOf(context, state) } : {}),
          }),
        ),
      ),
    create: (context, { inputs }) =>
      guarded(
        context,
        async () => {
          const { id, state } = await handler.create(context, { inputs: inputsOf(inputs) });
          return { id, state: finished(context, state) };
        },
        complete,
      ),
    read: (context, { id, inputs, state }) =>
      guarded(context, async () => {
        const known = state ? { state: stateOf(context, state) } : {};
        const found = await handler.read(context, { id, inputs, ...known });
        return found && { inputs: found.inputs, state: finished(context, found.state) };
      }),
    update: (context, { id, state, inputs }) =>
      guarded(
        context,
        async () => {
          const wanted = { id, state: stateOf(context, state), inputs: inputsOf(inputs) };
          return finished(context, await handler.update(context, wanted));
        },
        complete,
      ),
    delete: (context, { state }) => guarded(context, () => handler.delete(context, { state: stateOf(context, state) })),
  };
}

/** Lets no secret out in a failure's text, and names what is absent in a state that comes with one. */
async function guarded<T>(
  { secrets }: Context,
  work: () => Promise<T>,
  complete: (state: Fields) => Fields = (state) => state,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotInitialisedError) {
      throw new NotInitialisedError(error.id, complete(error.state), secrets.clean(error.message));
    }
    if (error instanceof DenchError) error.message = secrets.clean(error.message);
    throw error;
  }
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
