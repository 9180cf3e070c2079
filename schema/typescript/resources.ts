import type { ObjectSchema } from "../object-schema";
import type { ResourceModel } from "./model";
import {
  argument,
  documentation,
  fieldsText,
  importTypes,
  interfaceText,
  output,
  PULUMI,
  secretNames,
  sourceOf,
  typeNamesIn,
} from "./source";

/** Returns the name of a resource's module. */
export function moduleOf(resource: string): string {
  return resource.replace(/(?<=.)[A-Z]/g, "-$&").toLowerCase();
}

const isOptionalIn =
  ({ required }: ObjectSchema) =>
  (name: string) =>
    !required.includes(name);

/** Returns `sdk/<resource>.ts`: the arguments of a resource, and the class that both entries extend. */
export function resourceSource({ name, inputs, outputs }: ResourceModel): string {
  const inputNames = Object.keys(inputs.properties);
  const secretInputs = secretNames(inputs);
  const values = inputNames.map(
    (each) => `${each}: ${secretInputs.includes(each) ? `secret(args.${each})` : `args.${each}`}`,
  );
  const ownOutputs = Object.keys(outputs.properties).filter((each) => !inputNames.includes(each));
  // The schema requires a key value, but an imported key may have none.
  const mayLack = [...secretNames(outputs), ...Object.keys(outputs.properties).filter(isOptionalIn(outputs))];
  const optional = [...new Set(mayLack)];
  return sourceOf(
    [
      PULUMI,
      `import { absentAsUndefined, type Registration${secretInputs.length > 0 ? ", secret" : ""} } from "./registration";`,
      importTypes([...typeNamesIn(inputs, "input"), ...typeNamesIn(outputs, "plain")], "./types"),
    ],
    interfaceText(`${name}Args`, { ...inputs, description: `The arguments of a \`${name}\`.` }, argument),
    `
${documentation(`The outputs of a \`${name}\`, shared by both entries of this package.`)}
export abstract class ${name}Resource extends pulumi.CustomResource {
${fieldsText(outputs, output)}

  protected constructor(
    { type, props, options: ours }: Registration,
    name: string,
    args: ${name}Args,
    options: pulumi.CustomResourceOptions,
  ) {
    const inputs = { ${values.join(", ")} };
    // Only the outputs named here become properties.
    const outputs = { ${ownOutputs.map((each) => `${each}: undefined`).join(", ")} };
    const secrets = { ...ours, additionalSecretOutputs: ${JSON.stringify(secretNames(outputs))} };
    super(type, name, { ...inputs, ...outputs, ...props }, pulumi.mergeOptions(secrets, options));
    absentAsUndefined(this, ${JSON.stringify(optional)});
  }
}
`,
  );
}
