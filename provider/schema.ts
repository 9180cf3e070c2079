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
    resources: Object.fromEntries([...resources].map(([token, resource]) => [token, resourceSchema(resource)])),
    language: {
      nodejs: { respectSchemaVersion: true },
      python: { respectSchemaVersion: true },
      go: { respectSchemaVersion: true },
    },
  };
}

function resourceSchema({ description, inputs, state, secrets, token }: Resource): unknown {
  const input = propertiesOf(inputs, "input", []);
  const output = propertiesOf(state, "output", secrets);
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

const JsonSchemaProperty = z.looseObject({
  type: z.enum(["string", "integer", "boolean", "array", "object"]),
  description: z.string().optional(),
  items: z.looseObject({ type: z.string() }).optional(),
});
const JsonSchemaObject = z.object({
  properties: z.record(z.string(), JsonSchemaProperty),
  required: z.array(z.string()).default([]),
});

function propertiesOf(schema: z.ZodObject, io: "input" | "output", secrets: readonly string[]) {
  const { properties, required } = JsonSchemaObject.parse(z.toJSONSchema(schema, { io }));
  const described = Object.entries(properties).map(([name, { type, description, items }]) => [
    name,
    {
      type,
      ...(items ? { items: { type: items.type } } : {}),
      ...(description === undefined ? {} : { description }),
      ...(secrets.includes(name) ? { secret: true } : {}),
    },
  ]);
  return { properties: Object.fromEntries(described), required };
}
