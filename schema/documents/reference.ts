import { resources as resourcesByToken } from "../../provider/resources/registry";
import { fieldsWith } from "../../provider/values/field-facts";
import { type Example, LANGUAGES, type Language } from "../examples/example";
import { examples, importSection } from "../examples/registry";
import type { ObjectSchema, PropertySchema, TypeSchema } from "../object-schema";
import { packageSchema } from "../package-schema";
import { allTypesOf, nameOf } from "../tokens";
import { fenced, tableOf } from "./markdown";

const NOTE = "<!-- Written by `npm run generate` from the resources and functions. -->";

/** `docs/resources.md`: every resource, with its inputs, outputs and types. */
export function resourcesPage(): string {
  const { resources, types } = packageSchema();
  const pages = Object.entries(resources).flatMap(([token, resource]) => [
    ...introduction(token, resource.description),
    "### Inputs",
    table({ properties: resource.inputProperties, required: resource.requiredInputs }, "required"),
    "### Outputs",
    table({ ...resource, required: alwaysThere(token, resource) }, "always there"),
    ...(resource.listInputs ? ["### What a list can be filtered by", table(resource.listInputs, "required")] : []),
  ]);
  return page("Resources", [...pages, ...typeSections(types, Object.values(resources))]);
}

/** `docs/functions.md`: every function, with its arguments, its answer and their types. */
export function functionsPage(): string {
  const { functions, types } = packageSchema();
  const pages = Object.entries(functions).flatMap(([token, { description, inputs, outputs }]) => [
    ...introduction(token, description),
    ...(inputs ? ["### Arguments", table(inputs, "required")] : []),
    "### Answer",
    table(outputs, "always there"),
  ]);
  const answers = Object.values(functions).map(({ outputs }) => outputs);
  return page("Functions", [...pages, ...typeSections(types, answers)]);
}

function page(title: string, parts: readonly string[]): string {
  return `${[`# ${title}`, NOTE, ...parts].join("\n\n")}\n`;
}

function introduction(token: string, description: string): string[] {
  const [text = ""] = description.split("\n\n{{% examples %}}");
  const shown = (examples[token] ?? []).flatMap((example) => [
    `### ${example.title}`,
    fenced("typescript", example.programs.typescript),
    ...LANGUAGES.filter((each) => each !== "typescript").map((each) => folded(each, example)),
  ]);
  return [`## ${nameOf(token)}`, text, ...shown, importSection(token).trim().replace("## ", "### ")].filter(Boolean);
}

function folded(language: Language, example: Example): string {
  return `<details><summary>${language}</summary>\n\n${fenced(language, example.programs[language])}\n\n</details>`;
}

function typeSections(types: Readonly<Record<string, ObjectSchema>>, users: readonly ObjectSchema[]): string[] {
  const used = new Set(users.flatMap((user) => allTypesOf(user, types)));
  return [...used].flatMap((token) => {
    const type = types[token];
    return type ? [`## ${nameOf(token)}`, type.description ?? "", table(type, "always there")] : [];
  });
}

/** The required outputs, without those that only SDKs type as required. */
function alwaysThere(token: string, { required }: ObjectSchema): string[] {
  const state = resourcesByToken.get(token)?.state;
  const presumed = state ? fieldsWith("requiredInSdks", state) : [];
  return required.filter((name) => !presumed.includes(name));
}

function table({ properties, required }: ObjectSchema, necessity: string): string {
  const rows = Object.entries(properties).map(([name, property]) => {
    const marks = [
      ...(required.includes(name) ? [necessity] : []),
      ...(property.secret ? ["secret"] : []),
      ...(property.willReplaceOnChanges ? ["a change replaces"] : []),
    ];
    return [`\`${name}\``, typeText(property), marks.join(", "), property.description];
  });
  return tableOf(["Name", "Type", "", "Meaning"], rows);
}

function typeText({ type, $ref, items, additionalProperties }: PropertySchema | TypeSchema): string {
  if ($ref !== undefined) return `[${nameOf($ref)}](#${nameOf($ref).toLowerCase()})`;
  if (items) return `list of ${typeText(items)}`;
  if (additionalProperties) return `map of ${typeText(additionalProperties)}`;
  return type ?? "";
}
