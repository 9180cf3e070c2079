import type { FunctionModel, Model } from "./model";
import {
  argument,
  documentation,
  importTypes,
  interfaceText,
  PULUMI,
  PULUMI_TYPES,
  plainArgument,
  result,
  sourceOf,
  typeNamesIn,
} from "./source";

/** Returns `sdk/function-types.ts`: the arguments and results of the functions. */
export function functionTypesSource({ functions }: Model): string {
  const used = functions.flatMap(({ inputs, outputs, resultType }) => [
    ...(inputs ? [...typeNamesIn(inputs, "plain"), ...typeNamesIn(inputs, "input")] : []),
    ...(resultType ? [resultType] : typeNamesIn(outputs, "plain")),
  ]);
  return sourceOf([PULUMI_TYPES, importTypes(used, "./types")], ...functions.flatMap(typesText));
}

function typesText({ name, inputs, outputs, resultType }: FunctionModel): string[] {
  const types = namesOf(name);
  const args = inputs
    ? [
        interfaceText(types.args, { ...inputs, description: `The arguments of \`${name}\`.` }, plainArgument),
        interfaceText(types.outputArgs, { ...inputs, description: `The arguments of \`${name}Output\`.` }, argument),
      ]
    : [];
  const description = `The result of \`${name}\`.`;
  const returned = resultType
    ? `${documentation(description)}\nexport type ${types.result} = ${resultType};`
    : interfaceText(types.result, { ...outputs, description }, result);
  return [...args, returned];
}

/** Returns the names that `sdk/function-types.ts` exports for a function. */
export function functionTypeNames({ name, inputs }: FunctionModel): string[] {
  const { args, outputArgs, result } = namesOf(name);
  return inputs ? [args, outputArgs, result] : [result];
}

function namesOf(name: string): { args: string; outputArgs: string; result: string } {
  const start = name.charAt(0).toUpperCase() + name.slice(1);
  return { args: `${start}Args`, outputArgs: `${start}OutputArgs`, result: `${start}Result` };
}

/** Returns `sdk/functions.ts`: the functions, called through the plugin. */
export function functionsSource({ functions }: Model): string {
  return sourceOf(
    [
      PULUMI,
      'import { pluginDownloadURL, version } from "../version";',
      importTypes(functions.flatMap(functionTypeNames), "./function-types"),
    ],
    `
/** The plugin to call, and where the engine downloads it if it is not installed. */
const plugin = { version, pluginDownloadURL };`,
    ...functions.map((each) => {
      const call = `"${each.token}", ${argsOf(each)}, { ...plugin, ...options }`;
      return bothForms(each, `pulumi.runtime.invoke(${call})`, `pulumi.runtime.invokeOutput(${call})`);
    }),
  );
}

/** Returns `sdk/dynamic/functions.ts`: the same functions, called in the program's own process. */
export function dynamicFunctionsSource({ functions }: Model): string {
  return sourceOf(
    [
      PULUMI_TYPES,
      importTypes(functions.flatMap(functionTypeNames), "../function-types"),
      'import { call, callOutput } from "./call";',
    ],
    ...functions.map((each) => {
      const args = `(functions) => functions.${each.name}, ${argsOf(each)}, options`;
      return bothForms(each, `call(${args})`, `callOutput(${args})`);
    }),
  );
}

const argsOf = ({ inputs }: FunctionModel) => (inputs ? "{ ...args }" : "{}");

/** Returns a function for plain values and its variant for outputs. */
function bothForms({ name, description, inputs, needsArgs }: FunctionModel, call: string, callOutput: string): string {
  const types = namesOf(name);
  const parameters = (argsType: string, optionsType: string) => {
    const args = inputs ? `args: ${argsType}${needsArgs ? "" : " = {}"}, ` : "";
    return `${args}options: pulumi.${optionsType} = {}`;
  };
  const difference = inputs ? "accepts outputs as arguments and returns an output" : "returns an output";
  return `
${documentation(description)}
export function ${name}(${parameters(types.args, "InvokeOptions")}): Promise<${types.result}> {
  return ${call};
}

${documentation(`Like \`${name}\`, but ${difference}.`)}
export function ${name}Output(${parameters(types.outputArgs, "InvokeOutputOptions")}): pulumi.Output<${types.result}> {
  return ${callOutput};
}`;
}
