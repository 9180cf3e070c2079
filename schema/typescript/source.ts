import type { ObjectSchema, PropertySchema, TypeSchema } from "../object-schema";
import { nameOf, typesOf } from "../tokens";

/** The text of a source file. The formatter does the rest. */
export function sourceOf(imports: readonly string[], ...declarations: readonly string[]): string {
  const head = "// Written by `npm run generate` from the package schema.";
  return [head, imports.join("\n"), ...declarations.map((each) => each.trim())].join("\n\n");
}

export const PULUMI = 'import * as pulumi from "@pulumi/pulumi";';
export const PULUMI_TYPES = 'import type * as pulumi from "@pulumi/pulumi";';

/** Imports types, if there are any to import. */
export function importTypes(names: readonly string[], module: string): string {
  return names.length > 0 ? `import type { ${[...new Set(names)].join(", ")} } from "${module}";` : "";
}

/** The names of the nested types that an object's own fields have. */
export function typeNamesIn(object: ObjectSchema, form: Form): string[] {
  return typesOf(object).map((token) => typeName(token, form));
}

const WIDTH = 120;

/** A documentation comment, wrapped. `indent` is how far the formatter moves it to the right. */
export function documentation(text: string, indent = 0): string {
  const safe = text.trim().replaceAll("*/", "*\\/");
  const short = `/** ${safe} */`;
  if (!safe.includes("\n") && indent + short.length <= WIDTH) return short;
  const lines = safe.split("\n").flatMap((line) => wrapped(line, WIDTH - indent - " * ".length));
  return ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"].join("\n");
}

/** Lines of at most this width, unless a word is longer. */
function wrapped(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  const before = text.lastIndexOf(" ", width);
  const space = before > 0 ? before : text.indexOf(" ", width);
  return space < 0 ? [text] : [text.slice(0, space), ...wrapped(text.slice(space + 1), width)];
}

/** As arguments, each of which may be an output, or as plain values. */
export type Form = "input" | "plain";

function typeText({ type, $ref, items, additionalProperties }: TypeSchema, form: Form): string {
  const inner = (part: TypeSchema) =>
    form === "input" ? `pulumi.Input<${typeText(part, form)}>` : typeText(part, form);
  if ($ref !== undefined) return typeName($ref, form);
  if (items) return `${inner(items)}[]`;
  if (additionalProperties) return `Record<string, ${inner(additionalProperties)}>`;
  if (type === "integer") return "number";
  if (type === "string" || type === "number" || type === "boolean") return type;
  throw new Error(`The type ${type} cannot be written in TypeScript. Give the schema of a nested object an id.`);
}

/** The name of a nested type. */
export function typeName(token: string, form: Form): string {
  return `${nameOf(token)}${form === "input" ? "Args" : ""}`;
}

/** Writes one field of an interface or class. */
export type Field = (name: string, property: PropertySchema, isRequired: boolean) => string;

export const argument: Field = (name, property, isRequired) => {
  const type = `pulumi.Input<${typeText(property, "input")}>`;
  return isRequired ? `${name}: ${type};` : `${name}?: ${type} | undefined;`;
};

export const plainArgument: Field = (name, property, isRequired) => {
  const type = typeText(property, "plain");
  return isRequired ? `${name}: ${type};` : `${name}?: ${type} | undefined;`;
};

export const result: Field = (...field) => `readonly ${plainArgument(...field)}`;

export const output: Field = (name, property, isRequired) => {
  const type = typeText(property, "plain");
  return `declare readonly ${name}: pulumi.Output<${isRequired ? type : `${type} | undefined`}>;`;
};

/** An exported interface. */
export function interfaceText(name: string, object: ObjectSchema, field: Field): string {
  return `${documentation(object.description ?? "")}\nexport interface ${name} {\n${fieldsText(object, field)}\n}`;
}

/** The fields of an object, each with its documentation. */
export function fieldsText({ properties, required }: ObjectSchema, field: Field): string {
  const fields = Object.entries(properties).map(
    ([name, property]) =>
      `${documentation(property.description, 2)}\n${field(name, property, required.includes(name))}`,
  );
  return fields.join("\n");
}

/** The names of an object's secret fields. */
export function secretNames({ properties }: ObjectSchema): string[] {
  return Object.entries(properties).flatMap(([name, { secret }]) => (secret ? [name] : []));
}
