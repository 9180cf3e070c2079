import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ObjectSchema, Properties } from "../../schema/object-schema";
import { sdkSources } from "../../schema/typescript";
import type { Model } from "../../schema/typescript/model";
import { documentation } from "../../schema/typescript/source";

const described = (properties: Record<string, object>): Properties =>
  Object.fromEntries(
    Object.entries(properties).map(([name, type]) => [name, { ...type, description: `The ${name}.` }]),
  );
const object = (properties: Record<string, object>, ...required: string[]): ObjectSchema => ({
  properties: described(properties),
  required,
});
const string = { type: "string" };
const reference = (name: string) => ({ $ref: `#/types/dench:index:${name}` });

/** A package with a field of every kind. */
const model: Model = {
  provider: { description: "A provider.", options: object({ token: { ...string, secret: true }, tries: string }) },
  resources: [
    {
      name: "SpareKey",
      description: "A spare key.",
      inputs: object({
        name: string,
        limits: { additionalProperties: { type: "integer" } },
        seed: { ...string, secret: true },
        owners: { items: reference("Owner") },
      }),
      outputs: object({ name: string, owners: { items: reference("Owner") }, key: { ...string, secret: true } }, "key"),
      autoNamed: ["name"],
      example: 'import * as dench from "pulumi-dench";\n\nnew dench.SpareKey("ci");\n',
      lookup: "Reads one.",
    },
  ],
  functions: [
    {
      name: "getOwner",
      token: "dench:index:getOwner",
      description: "Reads an owner.",
      inputs: object({ id: string, day: { type: "number" } }, "id"),
      needsArgs: true,
      outputs: object({ name: string, team: reference("Team") }, "name"),
      resultType: "Owner",
    },
    {
      name: "getDay",
      token: "dench:index:getDay",
      description: "Reads the day.",
      inputs: undefined,
      needsArgs: false,
      outputs: object({ isOver: { type: "boolean" } }, "isOver"),
      resultType: undefined,
    },
  ],
  types: {
    "dench:index:Owner": {
      type: "object",
      description: "An owner.",
      ...object({ name: string, team: reference("Team") }, "name"),
    },
    "dench:index:Team": { type: "object", description: "A team.", ...object({ size: { type: "integer" } }) },
  },
};

const sources = sdkSources(model);
/** Returns a source on one line, because it is not formatted yet. */
const source = (file: string) => (sources[file] ?? "").replaceAll(/\s+/g, " ");

describe("the sources of the SDK", () => {
  it("have each input as an argument that accepts outputs, and is required only if the schema requires it", () => {
    const text = source("sdk/spare-key.ts");
    expect(text).toContain("/** The name. */ name?: pulumi.Input<string> | undefined;");
    expect(text).toContain("limits?: pulumi.Input<Record<string, pulumi.Input<number>>> | undefined;");
    expect(text).toContain("owners?: pulumi.Input<pulumi.Input<OwnerArgs>[]> | undefined;");
    expect(source("sdk/function-types.ts")).toContain("id: pulumi.Input<string>;");
  });

  it("have each output, which may be undefined only if it may be absent", () => {
    const text = source("sdk/spare-key.ts");
    expect(text).toContain("/** The key. */ declare readonly key: pulumi.Output<string>;");
    expect(text).toContain("declare readonly owners: pulumi.Output<Owner[] | undefined>;");
    expect(text).toContain("const outputs = { key: undefined };");
  });

  it("mark every secret for the engine: options, inputs and outputs", () => {
    expect(source("sdk/provider-args.ts")).toContain("return { ...args, token: secret(args.token) };");
    expect(source("sdk/spare-key.ts")).toContain("limits: args.limits, seed: secret(args.seed), owners: args.owners");
    expect(source("sdk/spare-key.ts")).toContain('additionalSecretOutputs: ["key"]');
  });

  it("have the nested types at any depth, in the forms in which they are used", () => {
    const text = source("sdk/types.ts");
    expect(text).toContain("export interface OwnerArgs { /** The name. */ name: pulumi.Input<string>;");
    expect(text).toContain("team?: pulumi.Input<TeamArgs> | undefined;");
    expect(text).toContain("export interface Owner { /** The name. */ readonly name: string;");
    expect(text).toContain("readonly size?: number | undefined;");
    expect(source("sdk/spare-key.ts")).toContain('import type { OwnerArgs, Owner } from "./types";');
  });

  it("have each function in two forms in both entries", () => {
    for (const file of ["sdk/functions.ts", "sdk/dynamic/functions.ts"]) {
      const text = source(file);
      expect(text).toContain(
        "getOwner(args: GetOwnerArgs, options: pulumi.InvokeOptions = {}): Promise<GetOwnerResult>",
      );
      expect(text).toContain("getOwnerOutput(args: GetOwnerOutputArgs, options: pulumi.InvokeOutputOptions = {})");
      expect(text).toContain("getDay(options: pulumi.InvokeOptions = {}): Promise<GetDayResult>");
      expect(text).toContain("getDayOutput(options: pulumi.InvokeOutputOptions = {}): pulumi.Output<GetDayResult>");
    }
    expect(source("sdk/function-types.ts")).toContain("export type GetOwnerResult = Owner;");
  });

  it("default the name of a resource in the entry whose host does not pass the name", () => {
    expect(source("sdk/index.ts")).toContain("super(spareKey, name, args, options);");
    expect(source("sdk/dynamic/index.ts")).toContain(
      "super(spareKey, name, { ...args, name: args.name ?? name }, options);",
    );
  });

  it("show an example that imports the right entry", () => {
    expect(source("sdk/index.ts")).toContain('* import * as dench from "pulumi-dench";');
    expect(source("sdk/dynamic/index.ts")).toContain('* import * as dench from "pulumi-dench/dynamic";');
  });

  it("are not written for a type that TypeScript cannot express", () => {
    const options = object({ nested: { type: "object" } });
    expect(() => sdkSources({ ...model, provider: { description: "", options } })).toThrow("Add an id to the schema");
  });
});

describe("documentation", () => {
  const words = fc.array(fc.stringMatching(/^[\w.,`*/]{1,30}$/), { minLength: 1, maxLength: 80 });

  it("is wrapped at 120 columns, keeps every word, and is closed only once", () => {
    fc.assert(
      fc.property(words, fc.constantFrom(0, 2), (text, indent) => {
        const lines = documentation(text.join(" "), indent).split("\n");
        expect(Math.max(...lines.map((line) => indent + line.length))).toBeLessThanOrEqual(120);
        const comment = lines.join("\n");
        expect(comment.indexOf("*/")).toBe(comment.length - 2);
        const found = lines.map((line) => line.replace(/^(\/\*\*| \*\/| \*)/, "").replace(/ \*\/$/, "")).join(" ");
        expect(found.replaceAll("*\\/", "*/").split(/\s+/).filter(Boolean)).toEqual(text);
      }),
    );
  });

  it("keeps paragraphs and programs unchanged", () => {
    expect(documentation("One.\n\n```ts\n  a();\n```")).toBe("/**\n * One.\n *\n * ```ts\n *   a();\n * ```\n */");
  });
});
