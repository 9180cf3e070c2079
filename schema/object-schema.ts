import * as z from "zod";
import type { FieldFacts } from "../provider/values/field-facts";

/** A type in a package schema. */
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

export type Properties = Readonly<Record<string, PropertySchema>>;

export interface ObjectSchema {
  readonly description?: string;
  readonly properties: Properties;
  readonly required: readonly string[];
}

export interface NestedSchema extends ObjectSchema {
  readonly description: string;
  readonly type: "object";
}

/** Converts the zod schema of an object to the form of the package schema. */
export function objectOf(schema: z.ZodObject, io: "input" | "output"): ObjectSchema {
  const { properties, required, $defs } = jsonSchemaOf(schema, io);
  return { properties: propertiesOf(properties, $defs), required: requiredOf(properties, required) };
}

/** Returns the types of nested objects by token. A nested object has a type if its zod schema has an `id`. */
export function typesIn(schema: z.ZodObject, io: "input" | "output"): Readonly<Record<string, NestedSchema>> {
  const { $defs } = jsonSchemaOf(schema, io);
  const types = Object.entries($defs).map(([name, { description = "", properties, required }]) => {
    const type: NestedSchema = { type: "object", description, properties: propertiesOf(properties, $defs), required };
    return [tokenOf(name), type] as const;
  });
  return Object.fromEntries(types);
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

const Fact = z.literal(true).optional();
const facts = {
  secret: Fact,
  willReplaceOnChanges: Fact,
  autoNamed: Fact,
  requiredInSdks: Fact,
} satisfies Record<keyof FieldFacts, z.ZodType>;

const JsonSchemaProperty = JsonSchemaType.extend({ description: z.string().optional(), ...facts });
type JsonSchemaProperties = Readonly<Record<string, z.infer<typeof JsonSchemaProperty>>>;

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

function propertiesOf(
  properties: JsonSchemaProperties,
  defs: Readonly<Record<string, z.infer<typeof JsonSchemaObject>>>,
): Properties {
  const described = Object.entries(properties).map(([name, { description, secret, willReplaceOnChanges, ...type }]) => {
    const property: PropertySchema = {
      ...typeOf(type),
      description: description ?? defs[nameOf(type)]?.description ?? "",
      ...(secret ? { secret } : {}),
      ...(willReplaceOnChanges ? { willReplaceOnChanges } : {}),
    };
    return [name, property] as const;
  });
  return Object.fromEntries(described);
}

/** Returns the fields that SDKs require as inputs, or type as always present in outputs. */
function requiredOf(properties: JsonSchemaProperties, required: readonly string[]): string[] {
  return Object.entries(properties).flatMap(([name, { autoNamed, requiredInSdks }]) =>
    requiredInSdks || (required.includes(name) && !autoNamed) ? [name] : [],
  );
}

/** Returns the name of a referenced type. */
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
