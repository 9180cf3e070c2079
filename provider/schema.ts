import * as z from "zod";
import { version } from "../version";
import { Options } from "./config";
import type { Resource } from "./resources/handler";
import { resources } from "./resources/registry";

const SECRET_OPTIONS = ["token"];

/** The Pulumi package schema: what every language's SDK, the YAML host and `pulumi do` are made from. */
export function packageSchema(): unknown {
  const options = propertiesOf(Options, "input", SECRET_OPTIONS);
  return {
    name: "dench",
    displayName: "Dench",
    version,
    description: "Gateway API keys of a Dench workspace as code.",
    keywords: ["pulumi", "dench", "ai-gateway", "api-keys", "kind/native"],
    license: "Apache-2.0",
    config: { variables: options.properties },
    provider: {
      description: "Which workspace the keys are in, and how to reach it.",
      inputProperties: options.properties,
    },
    types: Object.fromEntries([...resources.values()].flatMap(typesOf)),
    resources: Object.fromEntries([...resources].map(([token, resource]) => [token, resourceSchema(resource)])),
    language: {
      nodejs: { respectSchemaVersion: true },
      python: { respectSchemaVersion: true },
      go: { respectSchemaVersion: true },
    },
  };
}

function resourceSchema({ description, inputs, state, secrets, token, types }: Resource): unknown {
  const input = propertiesOf(inputs, "input", [], types);
  const output = propertiesOf(state, "output", secrets, types);
  return {
    description,
    inputProperties: input.properties,
    requiredInputs: input.required.filter((name) => !AUTO_NAMED.has(`${token}.${name}`)),
    properties: output.properties,
    required: output.required,
  };
}

/** Inputs that the resource's logic requires but a program may leave out. */
const AUTO_NAMED: ReadonlySet<string> = new Set(["dench:index:GatewayKey.name"]);

/** The types of nested objects, as their resource's inputs describe them. */
function typesOf({ inputs, types }: Resource): [string, unknown][] {
  const { properties } = JsonSchemaObject.parse(z.toJSONSchema(inputs, { io: "input" }));
  return Object.entries(types).map(([property, name]) => {
    const { description, properties: fields = {} } = properties[property] ?? {};
    const described = Object.entries(fields).map(([field, schema]) => [field, propertyOf(schema)]);
    return [tokenOf(name), { type: "object", description, properties: Object.fromEntries(described) }];
  });
}

const tokenOf = (type: string) => `dench:index:${type}`;

const JsonSchemaProperty = z.object({
  type: z.enum(["string", "integer", "boolean", "array", "object"]),
  description: z.string().optional(),
  items: z.object({ type: z.string() }).optional(),
  additionalProperties: z.union([z.object({ type: z.string() }), z.boolean()]).optional(),
  get properties(): z.ZodOptional<z.ZodRecord<z.ZodString, typeof JsonSchemaProperty>> {
    return z.record(z.string(), JsonSchemaProperty).optional();
  },
});
const JsonSchemaObject = z.object({
  properties: z.record(z.string(), JsonSchemaProperty),
  required: z.array(z.string()).default([]),
});

function propertiesOf(
  schema: z.ZodObject,
  io: "input" | "output",
  secrets: readonly string[],
  types: Readonly<Record<string, string>> = {},
) {
  const { properties, required } = JsonSchemaObject.parse(z.toJSONSchema(schema, { io }));
  const described = Object.entries(properties).map(([name, property]) => {
    const { description } = property;
    const type = types[name];
    const body = type === undefined ? propertyOf(property) : { $ref: `#/types/${tokenOf(type)}`, description };
    return [name, { ...body, ...(secrets.includes(name) ? { secret: true } : {}) }];
  });
  return { properties: Object.fromEntries(described), required };
}

function propertyOf({ type, description, items, additionalProperties }: z.infer<typeof JsonSchemaProperty>) {
  return {
    type,
    ...(items ? { items: { type: items.type } } : {}),
    ...(typeof additionalProperties === "object" ? { additionalProperties: { type: additionalProperties.type } } : {}),
    ...(description === undefined ? {} : { description }),
  };
}
