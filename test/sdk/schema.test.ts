import { describe, expect, it } from "vitest";
import { Options, secretOptions } from "../../provider/config";
import { resources } from "../../provider/resources/registry";
import { examples } from "../../schema/examples/registry";
import type { ObjectSchema, TypeSchema } from "../../schema/object-schema";
import { type FunctionSchema, packageSchema, type ResourceSchema } from "../../schema/package-schema";
import { declarationsOf, type Field, type Fields } from "../support/declarations";

type Properties = ObjectSchema["properties"];

const schema = packageSchema();
const resource = (name: string) => schema.resources[`dench:index:${name}`] ?? NOTHING;
const type = (name: string) => schema.types[`dench:index:${name}`] ?? NOTHING;
const called = (name: string): FunctionSchema =>
  schema.functions[`dench:index:${name}`] ?? { outputs: NOTHING, description: "" };
const NOTHING: ResourceSchema = {
  properties: {},
  required: [],
  inputProperties: {},
  requiredInputs: [],
  description: "",
};

/** How TypeScript writes a type of the schema, in the place of an input or of an answer. */
function written({ type: kind, $ref, items, additionalProperties }: TypeSchema, as: "input" | "plain"): string {
  const inner = (part: TypeSchema) => (as === "input" ? `pulumi.Input<${written(part, as)}>` : written(part, as));
  if ($ref !== undefined) return `${$ref.split(":").at(-1)}${as === "input" ? "Args" : ""}`;
  if (items) return `${inner(items)}[]`;
  if (additionalProperties) return `Record<string, ${inner(additionalProperties)}>`;
  return kind === "integer" ? "number" : (kind ?? "");
}

type Form = (type: TypeSchema, isRequired: boolean) => Omit<Field, "documentation">;

const input: Form = (of, isRequired) => {
  const type = `pulumi.Input<${written(of, "input")}>`;
  return { isOptional: !isRequired, type: isRequired ? type : `${type} | undefined` };
};
const output: Form = (of, isRequired) => {
  const type = written(of, "plain");
  return { isOptional: false, type: `pulumi.Output<${isRequired ? type : `${type} | undefined`}>` };
};
const plain: Form = (of, isRequired) => {
  const type = written(of, "plain");
  return { isOptional: !isRequired, type: isRequired ? type : `${type} | undefined` };
};
/** Of a type that is an input as well: nothing in it is written as undefined. */
const applied: Form = (of) => ({ isOptional: true, type: written(of, "plain") });

function declared(properties: Properties, required: readonly string[], form: Form): Fields {
  const fields = Object.entries(properties).map(([name, property]) => [
    name,
    { ...form(property, required.includes(name)), documentation: property.description },
  ]);
  return Object.fromEntries(fields);
}

const object = ({ properties, required }: ObjectSchema, form: Form) => declared(properties, required, form);
const inputsOf = (name: string) => object(called(name).inputs ?? NOTHING, plain);

const expected: Readonly<Record<string, Readonly<Record<string, Fields>>>> = {
  "sdk/gateway-key.ts": {
    GatewayKeyArgs: declared(resource("GatewayKey").inputProperties, resource("GatewayKey").requiredInputs, input),
    KeyRotationArgs: object(type("KeyRotation"), input),
    KeyRotation: object(type("KeyRotation"), applied),
    GatewayKeyResource: object(resource("GatewayKey"), output),
  },
  "sdk/primary-sandbox-key.ts": {
    PrimarySandboxKeyArgs: declared(resource("PrimarySandboxKey").inputProperties, [], input),
    PrimaryKeyRotationArgs: object(type("PrimaryKeyRotation"), input),
    PrimaryKeyRotation: object(type("PrimaryKeyRotation"), applied),
    PrimarySandboxKeyResource: object(resource("PrimarySandboxKey"), output),
  },
  "sdk/provider-args.ts": { ProviderArgs: declared(schema.provider.inputProperties, [], input) },
  "sdk/function-types.ts": {
    GetGatewayKeyArgs: inputsOf("getGatewayKey"),
    GetGatewayKeysArgs: inputsOf("getGatewayKeys"),
    GetKeyUsageArgs: inputsOf("getKeyUsage"),
    GatewayKeyInfo: object(called("getGatewayKey").outputs, plain),
    GetGatewayKeysResult: object(called("getGatewayKeys").outputs, plain),
    GetKeyUsageResult: object(called("getKeyUsage").outputs, plain),
    GetWorkspaceResult: object(called("getWorkspace").outputs, plain),
    Member: object(type("Member"), plain),
    DailyUsage: object(type("DailyUsage"), plain),
    Caller: object(type("Caller"), plain),
  },
};

describe.each(Object.entries(expected))("%s and the schema", async (file, interfaces) => {
  const declarations = await declarationsOf(file);
  it.each(Object.entries(interfaces))("agree on %s: every name, type, necessity and word", (name, fields) => {
    expect(declarations[name]?.fields).toEqual(fields);
  });
});

/** What the schema says of a resource, function or type, before its examples and what concerns the command line. */
const said = ({ description = "" }: { readonly description?: string }) => description.split("\n").at(0) ?? "";

const wordsOfClasses = {
  GatewayKey: said(resource("GatewayKey")),
  PrimarySandboxKey: said(resource("PrimarySandboxKey")),
};

const wordsOfFunctions = Object.fromEntries(
  Object.entries(schema.functions).flatMap(([token, called]): [string, string][] => {
    const name = token.split(":").at(-1) ?? "";
    const form = called.inputs ? "its arguments may be outputs, and its answer is one" : "its answer is an output";
    return [
      [name, said(called)],
      [`${name}Output`, `Like \`${name}\`, but ${form}.`],
    ];
  }),
);

const words: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "sdk/index.ts": wordsOfClasses,
  "sdk/dynamic/index.ts": wordsOfClasses,
  "sdk/provider.ts": { Provider: said(schema.provider) },
  "sdk/dynamic/provider.ts": {},
  "sdk/provider-args.ts": {},
  "sdk/gateway-key.ts": { KeyRotationArgs: said(type("KeyRotation")) },
  "sdk/primary-sandbox-key.ts": { PrimaryKeyRotationArgs: said(type("PrimaryKeyRotation")) },
  "sdk/function-types.ts": {
    Member: said(type("Member")),
    GatewayKeyInfo: said(type("GatewayKeyInfo")),
    DailyUsage: said(type("DailyUsage")),
    Caller: said(type("Caller")),
  },
  "sdk/functions.ts": wordsOfFunctions,
  "sdk/dynamic/functions.ts": wordsOfFunctions,
};

it.each(Object.entries(words))(
  "%s documents what it exports, in the schema's words where it has any",
  async (file, texts) => {
    const declarations = Object.entries(await declarationsOf(file));
    const documented = Object.fromEntries(declarations.map(([name, { documentation }]) => [name, documentation]));
    expect(documented).toMatchObject(texts);
    for (const [name, documentation] of Object.entries(documented)) expect(documentation, name).toMatch(/^[A-Z`].*\.$/);
  },
);

it.each(["sdk/functions.ts", "sdk/dynamic/functions.ts"])("%s has each function, and nothing else", async (file) => {
  expect(Object.keys(await declarationsOf(file)).toSorted()).toEqual(Object.keys(wordsOfFunctions).toSorted());
});

it("the answer of getGatewayKey is what getGatewayKeys says of each key", () => {
  expect(called("getGatewayKey").outputs.properties).toEqual(type("GatewayKeyInfo").properties);
});

describe("the schema", () => {
  const described: [string, { readonly description?: string }][] = [
    ...Object.entries(schema.config.variables),
    ...[...Object.entries(schema.types), ...Object.entries(schema.resources), ...Object.entries(schema.functions)],
    ...Object.values(schema.types).flatMap(({ properties }) => Object.entries(properties)),
    ...Object.values(schema.resources).flatMap(({ inputProperties, properties, listInputs }) => [
      ...Object.entries(inputProperties),
      ...Object.entries(properties),
      ...Object.entries(listInputs?.properties ?? {}),
    ]),
    ...Object.values(schema.functions).flatMap(({ inputs, outputs }) => [
      ...Object.entries(inputs?.properties ?? {}),
      ...Object.entries(outputs.properties),
    ]),
  ];

  it.each(described)("describes %s", (_name, { description }) => {
    const [text] = (description ?? "").split("\n\n{{% examples %}}");
    expect(text).toMatch(/^[A-Z`][\s\S]*\.\)?$/);
  });

  it("says of every input what it is when it is left out", () => {
    const inputs = [
      schema.provider.inputProperties,
      ...Object.values(schema.resources).map(({ inputProperties }) => inputProperties),
      ...["KeyRotation", "PrimaryKeyRotation"].map((name) => type(name).properties),
    ].flatMap((properties) => Object.entries(properties));
    for (const [name, property] of inputs) expect(property.description, name).toContain("Default: ");
  });

  it("says of every option the default that holds", () => {
    const defaults = Object.entries(Options.parse({}));
    expect(defaults.map(([option]) => option)).toContain("maxRetries");
    for (const [option, value] of defaults)
      expect(schema.provider.inputProperties[option]?.description).toContain(`, else ${value}. Changing`);
  });

  it("marks the values and the token as secrets, and what replaces a key", () => {
    const marked = (mark: "secret" | "willReplaceOnChanges", properties: Properties) =>
      Object.keys(properties).filter((name) => properties[name]?.[mark]);
    expect(marked("secret", schema.provider.inputProperties)).toEqual(["token"]);
    expect(marked("secret", resource("GatewayKey").properties)).toEqual(["key", "previousKey"]);
    expect(marked("secret", resource("PrimarySandboxKey").properties)).toEqual(["key"]);
    expect(marked("willReplaceOnChanges", resource("GatewayKey").inputProperties)).toEqual(["name", "scopes"]);
  });

  it("marks as secrets what the provider gives to the engine as secrets", () => {
    const secretsOf = (properties: Properties) => Object.keys(properties).filter((name) => properties[name]?.secret);
    expect(secretOptions).toEqual(secretsOf(schema.provider.inputProperties));
    for (const [token, { secrets }] of resources)
      expect(secrets, token).toEqual(secretsOf(schema.resources[token]?.properties ?? {}));
  });

  it("has examples for each resource and function, and for no other", () => {
    const tokens = [...Object.keys(schema.resources), ...Object.keys(schema.functions)];
    expect(Object.keys(examples).toSorted()).toEqual(tokens.toSorted());
  });
});
