import type * as z from "zod";
import type { Naming } from "../autoname";
import { DenchError, NotInitializedError } from "../errors";
import type { Context, Fields } from "../session/context";
import type { Difference } from "../values/differences";
import { fieldsWith } from "../values/field-facts";
import { type Problem, problemsOf } from "../values/problems";
import type { Previewed, PreviewedFields } from "../values/unknown";

interface CheckRequest<State> {
  readonly news: Fields;
  /** The previous inputs. Empty for a creation and a replacement. */
  readonly olds: Fields;
  /** Undefined for a creation, for a forced replacement, and from hosts that do not pass it. */
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
 * The operations of a resource. They receive parsed values of the resource's own types, and are independent of the host. They
 * compare inputs with the outputs in the state, never with old inputs: after a failed update, the engine keeps old inputs with
 * new outputs.
 */
export interface ResourceHandler<Inputs, State> {
  check(context: Context, request: CheckRequest<State>): Checked;
  /** Returns the differences. Empty if there is nothing to do. */
  diff(context: Context, request: { state: State; inputs: PreviewedFields<Inputs> }): Promise<readonly Difference[]>;
  /** Returns what `create` would return, or `update` if there is a state. Values that are not known yet are `UNKNOWN`. */
  preview(context: Context, request: { inputs: PreviewedFields<Inputs>; state?: State }): Promise<PreviewOf<State>>;
  create(context: Context, request: { inputs: Inputs }): Promise<{ id: string; state: State }>;
  /** Reads a resource, or imports it if there is no state. Returns undefined if it does not exist. */
  read(context: Context, request: { id: string; inputs: Fields; state?: State }): Promise<Found<State> | undefined>;
  update(context: Context, request: { id: string; state: State; inputs: Inputs }): Promise<State>;
  delete(context: Context, request: { state: State }): Promise<void>;
}

/** A state whose parts may not be known yet. A field that is missing or undefined will be absent. */
export type PreviewOf<State> = { [Field in keyof State]?: Previewed<State[Field]> | undefined };

/** The data of a resource that the schema and the hosts need. */
export interface ResourceData<InputsSchema extends z.ZodObject, StateSchema extends z.ZodObject> {
  readonly token: string;
  readonly description: string;
  readonly inputs: InputsSchema;
  readonly state: StateSchema;
  /** How to list existing resources of the workspace. Undefined if they cannot be listed. */
  readonly listing?: Listing;
}

/** A page of the resources of one type in a workspace. */
export interface ListedPage {
  readonly items: readonly { readonly id: string; readonly name: string }[];
  /** The start of the next page. Undefined for the last page. */
  readonly next: string | undefined;
}

interface ListRequest {
  readonly query: Fields;
  /** The maximum number of items in all pages. */
  readonly limit: number | undefined;
  /** The maximum number of items in this page. */
  readonly pageSize: number | undefined;
  /** `next` of the previous page. */
  readonly from: string | undefined;
  /** Cancels the search for further items. */
  readonly signal: AbortSignal;
}

export interface Listing {
  /** The filters of the list. */
  readonly query: z.ZodObject;
  page(context: Pick<Context, "client">, request: ListRequest): Promise<ListedPage>;
}

/** A resource for hosts: its operations receive and return plain values. */
export interface Resource extends ResourceData<z.ZodObject, z.ZodObject> {
  /** The outputs that are always secret. */
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
 * Returns the resource of a handler. Parses all values that the handler receives. In the values that it returns, absent fields
 * are null, because the engine treats a missing output of a preview as unknown, and only secret fields contain secrets.
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
    // Names of Pulumi's own properties begin like this, such as the one that a dynamic provider adds.
    const isOwn = (name: string) => !name.startsWith("__");
    const unknown = Object.keys(present).filter((name) => isOwn(name) && !(name in data.state.shape));
    // An unknown output may be a key that only the newer version knows to revoke.
    if (unknown.length > 0) throw tooNew(data.token, unknown);
    return parsed(data.state, present, `state of a ${data.token}`);
  };
  const absent = Object.fromEntries(Object.keys(data.state.shape).map((name) => [name, null]));
  const complete = (fields: Fields): Fields => {
    const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    return { ...absent, ...present };
  };
  const finished = ({ secrets }: Context, state: Fields): Fields => {
    secrets.add(...secretsOf(state));
    const fromServer = Object.entries(state).filter(
      ([name]) => !(name in data.inputs.shape || secretFields.includes(name)),
    );
    const place = secrets.fieldIn(Object.fromEntries(fromServer));
    if (place === undefined) return complete(state);
    throw new DenchError(
      "unexpected_response",
      `Could not store the state of a ${data.token}: the server's value of ${place} contains a secret, which would not be encrypted. Check that the address is the vendor's API and no proxy changes responses; if so, report this to the vendor.`,
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

/** Runs an operation. Masks secrets in the text of an error, and completes the state that it carries. */
async function guarded<T>(
  { secrets }: Context,
  work: () => Promise<T>,
  complete: (state: Fields) => Fields = (state) => state,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotInitializedError) {
      throw new NotInitializedError(error.id, complete(error.state), secrets.clean(error.message));
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

function tooNew(token: string, properties: readonly string[]): DenchError {
  return new DenchError(
    "outdated_provider",
    `Could not read the state of a ${token}: a newer version of pulumi-dench wrote it, with ${properties.join(" and ")}. Nothing was changed. Use that version, or a newer one.`,
  );
}

function malformed(what: string, problems: readonly string[] = []): DenchError {
  const list = problems.length > 0 ? ` (${problems.join("; ")})` : "";
  return new DenchError(
    "defect",
    `Could not read the ${what}: this version does not support its form${list}. Nothing was changed. If a newer version wrote it, use that version. Otherwise, please report this.`,
  );
}
