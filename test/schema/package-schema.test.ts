import { describe, expect, it } from "vitest";
import { CreateKeyBody } from "../../contract";
import { Options, secretOptions } from "../../provider/config/options";
import { resources } from "../../provider/resources/registry";
import { examples } from "../../schema/examples/registry";
import type { Properties } from "../../schema/object-schema";
import { packageSchema } from "../../schema/package-schema";

const schema = packageSchema();

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

  it("describes each of its parts", () => {
    expect(described.length).toBeGreaterThan(100);
    for (const [name, { description }] of described) expect(description, name).toBeTruthy();
  });

  it("states the actual default of every option", () => {
    const defaults = Object.entries(Options.parse({}));
    expect(defaults.map(([option]) => option)).toContain("maxRetries");
    for (const [option, value] of defaults)
      expect(schema.provider.inputProperties[option]?.description).toContain(
        `, or \`${value}\` if that is not set. Changing`,
      );
  });

  it("marks the same secrets as the provider, and the inputs that may replace a key", () => {
    const marked = (mark: "secret" | "willReplaceOnChanges", properties: Properties = {}) =>
      Object.keys(properties).filter((name) => properties[name]?.[mark]);
    const secretsOf = (token: string) => [
      marked("secret", schema.resources[token]?.properties),
      resources.get(token)?.secrets,
    ];
    expect([marked("secret", schema.provider.inputProperties), secretOptions]).toEqual([["token"], ["token"]]);
    const values = ["key", "previousKey"];
    expect(secretsOf("dench:index:GatewayKey")).toEqual([values, values]);
    expect(secretsOf("dench:index:PrimarySandboxKey")).toEqual([["key"], ["key"]]);
    const { inputProperties } = schema.resources["dench:index:GatewayKey"] ?? {};
    const chosen = Object.keys(CreateKeyBody.omit({ requestId: true }).shape);
    expect(marked("willReplaceOnChanges", inputProperties)).toEqual(chosen);
  });

  it("requires no inputs, and types the key value as always present", () => {
    for (const { requiredInputs, required } of Object.values(schema.resources)) {
      expect(requiredInputs).toEqual([]);
      expect(required).toContain("key");
    }
  });

  it("has examples for each resource and function", () => {
    const tokens = [...Object.keys(schema.resources), ...Object.keys(schema.functions)];
    expect(Object.keys(examples).toSorted()).toEqual(tokens.toSorted());
  });
});
