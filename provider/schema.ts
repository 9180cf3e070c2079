import * as z from "zod";
import { pluginDownloadURL, version } from "../version";
import { Options } from "./config";
import { exampleSection, importSection } from "./examples/registry";
import type { DenchFunction } from "./functions/handler";
import { functionsByToken } from "./functions/registry";
import type { Resource } from "./resources/handler";
import { resources } from "./resources/registry";

/** A type in the schema of a package. */
export interface TypeSchema {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: TypeSchema;
  readonly additionalProperties?: TypeSchema;
}

export interface PropertySchema extends TypeSchema {
  readonly description: string;
  readonly secret?: true;
  readonly willReplaceOnChanges?: true;
}

type Properties = Readonly<Record<string, PropertySchema>>;

export interface ObjectSchema {
  readonly description?: string;
  readonly properties: Properties;
  readonly required: readonly string[];
}

export interface ResourceSchema extends ObjectSchema {
  readonly description: string;
  readonly inputProperties: Properties;
  readonly requiredInputs: readonly string[];
  readonly listInputs?: ObjectSchema;
}

export interface FunctionSchema {
  readonly description: string;
  readonly inputs?: ObjectSchema;
  readonly outputs: ObjectSchema;
}

/** The Pulumi package schema: what every language's SDK, the YAML host and `pulumi do` are made from. */
export function packageSchema() {
  const options = objectOf(Options, "input", SECRET_OPTIONS).properties;
  return {
    name: "dench",
    displayName: "Dench",
    version,
    description: "Gateway API keys of a Dench workspace as code.",
    keywords: ["pulumi", "dench", "ai-gateway", "api-keys", "kind/native", "category/infrastructure"],
    license: "Apache-2.0",
    pluginDownloadURL,
    // Generated SDKs are whole packages: the Go one is a module of its own.
    meta: { supportPack: true },
    config: { variables: options },
    provider: {
      description:
        "Which workspace the keys are in, and how to reach it: for a second workspace in one program, or settings that differ from the stack's. Changing its arguments touches no key.",
      inputProperties: options,
    },
    types: typeSchemas(),
    resources: eachOf(resources, resourceSchema),
    functions: eachOf(functionsByToken, functionSchema),
    language: LANGUAGES,
  };
}

function eachOf<Item, Schema>(registry: ReadonlyMap<string, Item>, schemaOf: (item: Item) => Schema) {
  return Object.fromEntries(Array.from(registry, ([token, item]) => [token, schemaOf(item)] as const));
}

const SECRET_OPTIONS = ["token"];

const LANGUAGES = {
  nodejs: { packageName: "pulumi-dench", respectSchemaVersion: true },
  python: {
    packageName: "pulumi_dench",
    pyproject: { enabled: true },
    respectSchemaVersion: true,
  },
  go: {
    importBasePath: "github.com/DenchHQ/pulumi-dench/sdk/go/dench",
    generateResourceContainerTypes: true,
    respectSchemaVersion: true,
  },
  csharp: {
    rootNamespace: "PulumiDench",
    packageReferences: { Pulumi: "3.*" },
    respectSchemaVersion: true,
  },
  java: {
    basePackage: "io.github.pulumidench",
    buildFiles: "gradle",
    dependencies: { "com.pulumi:pulumi": "1.0.0" },
  },
};

function resourceSchema({ token, description, inputs, state, secrets, listing }: Resource): ResourceSchema {
  const input = objectOf(inputs, "input");
  return {
    description: description + exampleSection(token) + importSection(token),
    inputProperties: input.properties,
    requiredInputs: input.required.filter((name) => !AUTO_NAMED.has(`${token}.${name}`)),
    ...objectOf(state, "output", secrets),
    ...(listing ? { listInputs: objectOf(listing.query, "input") } : {}),
  };
}

/** Inputs that the resource's logic requires but a program may leave out. */
const AUTO_NAMED: ReadonlySet<string> = new Set(["dench:index:GatewayKey.name"]);

function functionSchema({ token, description, args, answer }: DenchFunction): FunctionSchema {
  const inputs = objectOf(args, "input");
  return {
    description: description + exampleSection(token),
    ...(Object.keys(inputs.properties).length > 0 ? { inputs } : {}),
    outputs: objectOf(answer, "output"),
  };
}

/** The types of nested objects: those that a zod schema names by its `id`, as inputs describe them if they are any. */
function typeSchemas(): Readonly<Record<string, ObjectSchema & { readonly type: "object" }>> {
  const answers = [...functionsByToken.values()].map(({ answer }) => answer);
  const outputs = [...[...resources.values()].map(({ state }) => state), ...answers];
  const inputs = [...resources.values()].map((resource) => resource.inputs);
  const described = [
    ...outputs.map((schema) => jsonSchemaOf(schema, "output").$defs),
    ...inputs.map((schema) => jsonSchemaOf(schema, "input").$defs),
  ].flatMap((defs) =>
    Object.entries(defs).map(([name, { description = "", properties, required }]) => [
      tokenOf(name),
      { type: "object", description, properties: propertiesOf(properties, defs), required },
    ]),
  );
  return Object.fromEntries(described);
}

const tokenOf = (type: string) => `dench:index:${type}`;

const JsonSchemaType = z.object({
  type: z.enum(["string", "number", "integer", "boolean", "array", "object"]).optional(),
  $ref: z.string().optional(),
  get items(): z.ZodOptional<typeof JsonSchemaType> {
    return JsonSchemaType.optional();
  },
  get additionalProperties(): z.ZodOptional<z.ZodUnion<readonly [typeof JsonSchemaType, z.ZodBoolean]>> {
    return z.union([JsonSchemaType, z.boolean()]).optional();
  },
});
type JsonSchemaType = z.infer<typeof JsonSchemaType>;

const JsonSchemaProperty = JsonSchemaType.extend({
  description: z.string().optional(),
  willReplaceOnChanges: z.literal(true).optional(),
});

const JsonSchemaObject = z.object({
  description: z.string().optional(),
  properties: z.record(z.string(), JsonSchemaProperty),
  required: z.array(z.string()).default([]),
});

function jsonSchemaOf(schema: z.ZodObject, io: "input" | "output") {
  return JsonSchemaObject.extend({ $defs: z.record(z.string(), JsonSchemaObject).default({}) }).parse(
    z.toJSONSchema(schema, { io }),
  );
}

function objectOf(schema: z.ZodObject, io: "input" | "output", secrets: readonly string[] = []): ObjectSchema {
  const { properties, required, $defs } = jsonSchemaOf(schema, io);
  return { properties: propertiesOf(properties, $defs, secrets), required };
}

function propertiesOf(
  properties: Readonly<Record<string, z.infer<typeof JsonSchemaProperty>>>,
  defs: Readonly<Record<string, z.infer<typeof JsonSchemaObject>>>,
  secrets: readonly string[] = [],
): Properties {
  const described = Object.entries(properties).map(([name, { description, willReplaceOnChanges, ...type }]) => [
    name,
    {
      ...typeOf(type),
      description: description ?? defs[nameOf(type)]?.description ?? "",
      ...(secrets.includes(name) ? { secret: true } : {}),
      ...(willReplaceOnChanges ? { willReplaceOnChanges } : {}),
    },
  ]);
  return Object.fromEntries(described);
}

/** Of a type that has one. */
function nameOf({ $ref = "" }: JsonSchemaType): string {
  return $ref.replace("#/$defs/", "");
}

function typeOf({ type, $ref, items, additionalProperties }: JsonSchemaType): TypeSchema {
  if ($ref !== undefined) return { $ref: `#/types/${tokenOf(nameOf({ $ref }))}` };
  return {
    ...(type ? { type } : {}),
    ...(items ? { items: typeOf(items) } : {}),
    ...(typeof additionalProperties === "object" ? { additionalProperties: typeOf(additionalProperties) } : {}),
  };
}
