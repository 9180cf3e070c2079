import { isDeepStrictEqual } from "node:util";
import { functionsByToken } from "../../provider/functions/registry";
import { resources as resourcesByToken } from "../../provider/resources/registry";
import { fieldsWith } from "../../provider/values/field-facts";
import { examples, lookupText } from "../examples/registry";
import type { NestedSchema, ObjectSchema } from "../object-schema";
import { packageSchema } from "../package-schema";
import { nameOf } from "../tokens";

/** The facts that the SDK's sources are generated from. */
export interface Model {
  readonly provider: ProviderModel;
  readonly resources: readonly ResourceModel[];
  readonly functions: readonly FunctionModel[];
  /** The types of nested objects, by token. */
  readonly types: Readonly<Record<string, NestedSchema>>;
}

export interface ProviderModel {
  readonly description: string;
  readonly options: ObjectSchema;
}

export interface ResourceModel {
  readonly name: string;
  readonly description: string;
  readonly inputs: ObjectSchema;
  readonly outputs: ObjectSchema;
  /** The inputs that default to the name of the resource. */
  readonly autoNamed: readonly string[];
  /** An example program with the resource. */
  readonly example: string;
  /** The documentation of the `get` method. */
  readonly lookup: string;
}

export interface FunctionModel {
  readonly name: string;
  readonly token: string;
  readonly description: string;
  /** Undefined if the function has no arguments. */
  readonly inputs: ObjectSchema | undefined;
  /** Whether a call without arguments fails. It may fail even if every argument is optional. */
  readonly needsArgs: boolean;
  readonly outputs: ObjectSchema;
  /** The name of the nested type with the same fields as the result, or undefined if there is none. */
  readonly resultType: string | undefined;
}

export function modelOfPackage(): Model {
  const { provider, resources, functions, types } = packageSchema();
  return {
    provider: { description: provider.description, options: { properties: provider.inputProperties, required: [] } },
    resources: Object.entries(resources).map(([token, resource]) => {
      const inputs = resourcesByToken.get(token)?.inputs;
      return {
        name: nameOf(token),
        description: summaryOf(resource.description),
        inputs: { properties: resource.inputProperties, required: resource.requiredInputs },
        outputs: resource,
        autoNamed: inputs ? fieldsWith("autoNamed", inputs) : [],
        example: examples[token]?.at(0)?.programs.typescript ?? "",
        lookup: lookupText(token),
      };
    }),
    functions: Object.entries(functions).map(([token, { description, inputs, outputs }]) => ({
      name: nameOf(token),
      token,
      description: summaryOf(description),
      inputs,
      needsArgs: functionsByToken.get(token)?.args.safeParse({}).success === false,
      outputs,
      resultType: typeLike(outputs, types),
    })),
    types,
  };
}

function typeLike({ properties }: ObjectSchema, types: Model["types"]): string | undefined {
  const [token] = Object.entries(types).find(([, type]) => isDeepStrictEqual(type.properties, properties)) ?? [];
  return token && nameOf(token);
}

/** Returns the first paragraph of a description, without examples and notes on the command line. */
function summaryOf(description: string): string {
  return description.split("\n\n").at(0) ?? "";
}
