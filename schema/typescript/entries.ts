import { functionTypeNames } from "./functions";
import type { Model, ResourceModel } from "./model";
import { moduleOf } from "./resources";
import { documentation, PULUMI_TYPES, sourceOf, typeName } from "./source";
import { nestedTypes } from "./types";

/** The facts that differ between the two entries of the package. */
interface Entry {
  /** The name by which a program imports the entry. */
  readonly name: string;
  /** The relative path to the modules that both entries share. */
  readonly shared: string;
  /** The function that returns the registration of a class, and its arguments. */
  readonly register: { readonly name: string; readonly args: (resource: string) => readonly string[] };
  /** A sentence that follows the description of each resource. */
  readonly note: string | undefined;
  /** Whether the host passes the name of a resource to its provider. */
  readonly namesResources: boolean;
}

const PLUGIN: Entry = {
  name: "pulumi-dench",
  shared: ".",
  register: { name: "byPlugin", args: (resource) => [resource] },
  note: undefined,
  namesResources: true,
};

const DYNAMIC: Entry = {
  name: "pulumi-dench/dynamic",
  shared: "..",
  register: { name: "byDynamicProvider", args: (resource) => [resource, constantOf(resource)] },
  note: "The resource runs in the program's own installation of this package and does not need the plugin.",
  namesResources: false,
};

/** Returns `sdk/index.ts`: the entry whose resources the plugin serves. */
export function pluginEntrySource(model: Model): string {
  return entrySource(model, PLUGIN);
}

/** Returns `sdk/dynamic/index.ts`: the entry whose resources Pulumi's dynamic provider serves. */
export function dynamicEntrySource(model: Model): string {
  return entrySource(model, DYNAMIC);
}

function entrySource(model: Model, entry: Entry): string {
  const { resources, functions } = model;
  const { shared, register } = entry;
  const nested = nestedTypes(model).map(({ token, form }) => typeName(token, form));
  const exports = [
    `export type { ${functions.flatMap(functionTypeNames).join(", ")} } from "${shared}/function-types";`,
    'export * from "./functions";',
    ...resources.map(({ name }) => `export type { ${name}Args } from "${shared}/${moduleOf(name)}";`),
    'export { Provider } from "./provider";',
    `export type { ProviderArgs } from "${shared}/provider-args";`,
    `export type { ${nested.join(", ")} } from "${shared}/types";`,
  ];
  return sourceOf(
    [
      PULUMI_TYPES,
      ...resources.map(
        ({ name }) => `import { type ${name}Args, ${name}Resource } from "${shared}/${moduleOf(name)}";`,
      ),
      `import { ${register.name}, isInstanceOf } from "${shared}/registration";`,
    ],
    exports.join("\n"),
    ...resources.map((resource) => classText(resource, entry)),
  );
}

function classText({ name, description, inputs, autoNamed, example, lookup }: ResourceModel, entry: Entry): string {
  if (inputs.required.length > 0)
    throw new Error(
      `${name} requires ${inputs.required.join(", ")}, but \`get\` passes no arguments. Extend schema/typescript/entries.ts.`,
    );
  const registration = constantOf(name);
  const registered = entry.register.args(name).map((each) => JSON.stringify(each));
  const program = `\`\`\`ts\n${example.trim().replace('"pulumi-dench"', `"${entry.name}"`)}\n\`\`\``;
  const names = entry.namesResources ? [] : autoNamed.map((each) => `${each}: args.${each} ?? name`);
  const [comment, args] =
    names.length === 0
      ? ["", "args"]
      : ["// The host does not pass the resource's name to its provider.\n", `{ ...args, ${names.join(", ")} }`];
  return `
const ${registration} = ${entry.register.name}(${registered.join(", ")});

${documentation([description, entry.note, program].filter(Boolean).join("\n\n"))}
export class ${name} extends ${name}Resource {
  ${documentation(lookup, 2)}
  static get(name: string, id: pulumi.Input<pulumi.ID>, options: pulumi.CustomResourceOptions = {}): ${name} {
    return new ${name}(name, {}, { ...options, id });
  }

  ${documentation(`Returns true if the given object is a \`${name}\` of \`${entry.name}\`, even if it comes from another copy of this package.`, 2)}
  static override isInstance(object: unknown): object is ${name} {
    return isInstanceOf(${registration}, object);
  }

  constructor(name: string, args: ${name}Args = {}, options: pulumi.CustomResourceOptions = {}) {
    ${comment}super(${registration}, name, ${args}, options);
  }
}`;
}

/** Returns the constant name of a resource: of its registration here, and of its handler in the dynamic provider's module. */
function constantOf(resource: string): string {
  return resource.charAt(0).toLowerCase() + resource.slice(1);
}
