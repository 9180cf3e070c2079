import { Options } from "../provider/config/options";
import type { DenchFunction } from "../provider/functions/handler";
import { functionsByToken } from "../provider/functions/registry";
import type { Resource } from "../provider/resources/handler";
import { resources } from "../provider/resources/registry";
import { pluginDownloadURL, repository, version } from "../version";
import { exampleSection, importSection } from "./examples/registry";
import { type NestedSchema, type ObjectSchema, objectOf, type Properties, typesIn } from "./object-schema";

interface ResourceSchema extends ObjectSchema {
  readonly description: string;
  readonly inputProperties: Properties;
  readonly requiredInputs: readonly string[];
  readonly listInputs?: ObjectSchema;
}

interface FunctionSchema {
  readonly description: string;
  readonly inputs?: ObjectSchema;
  readonly outputs: ObjectSchema;
}

/** Returns the Pulumi package schema, the source of the SDKs, the YAML host and `pulumi do`. */
export function packageSchema() {
  const options = objectOf(Options, "input").properties;
  return {
    name: "dench",
    displayName: "Dench",
    version,
    description: "Manages gateway API keys of a Dench workspace.",
    keywords: ["pulumi", "dench", "ai-gateway", "api-keys", "kind/native", "category/infrastructure"],
    license: "Apache-2.0",
    publisher: "Dench",
    homepage: repository,
    repository,
    // Also an icon of the NuGet package, which has to be PNG.
    logoUrl: `${repository.replace("github.com", "raw.githubusercontent.com")}/main/docs/images/logo.png`,
    pluginDownloadURL,
    // Generated SDKs are complete packages: the Go SDK is its own module.
    meta: { supportPack: true },
    config: { variables: options },
    provider: {
      description:
        "An explicit provider, for a second workspace in one program or for settings that differ from the stack config. The stack config does not apply to it. Changing its arguments does not affect existing keys.",
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

export const LANGUAGES = {
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

function resourceSchema({ token, description, inputs, state, listing }: Resource): ResourceSchema {
  const input = objectOf(inputs, "input");
  return {
    description: description + exampleSection(token) + importSection(token),
    inputProperties: input.properties,
    requiredInputs: input.required,
    ...objectOf(state, "output"),
    ...(listing ? { listInputs: objectOf(listing.query, "input") } : {}),
  };
}

function functionSchema({ token, description, args, result }: DenchFunction): FunctionSchema {
  const inputs = objectOf(args, "input");
  return {
    description: description + exampleSection(token),
    ...(Object.keys(inputs.properties).length > 0 ? { inputs } : {}),
    outputs: objectOf(result, "output"),
  };
}

/** Returns the types of nested objects. If a type is an input and an output, the input's descriptions are used. */
function typeSchemas(): Readonly<Record<string, NestedSchema>> {
  const results = [...functionsByToken.values()].map(({ result }) => result);
  const states = [...resources.values()].map(({ state }) => state);
  const inputs = [...resources.values()].map((resource) => resource.inputs);
  const types = [
    ...[...states, ...results].map((schema) => typesIn(schema, "output")),
    ...inputs.map((schema) => typesIn(schema, "input")),
  ];
  return Object.fromEntries(types.flatMap((each) => Object.entries(each)));
}
