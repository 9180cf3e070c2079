import { variables } from "./config";
import { type Example, examples, importSection, LANGUAGES, type Language } from "./examples/registry";
import { type ObjectSchema, type PropertySchema, packageSchema, type TypeSchema } from "./schema";

const NOTE = "<!-- Written by `npm run generate` from the resources and functions. -->";

/** `docs/resources.md`: every resource, with its inputs, outputs and types. */
export function resourcesPage(): string {
  const { resources, types } = packageSchema();
  const pages = Object.entries(resources).flatMap(([token, resource]) => [
    ...introduction(token, resource.description),
    "### Inputs",
    table({ properties: resource.inputProperties, required: resource.requiredInputs }, "required"),
    "### Outputs",
    table(resource, "always there"),
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

/** The provider's options, and the places where each can be given. */
export function optionsTable(): string {
  const { provider } = packageSchema();
  const rows = Object.entries(variables).map(([option, variable]) => {
    const description = provider.inputProperties[option]?.description ?? "";
    const [meaning = "", whenLeftOut = ""] = description.split(" Default: ");
    const [, standard = ""] = /, else (.*?)\. Changing/.exec(whenLeftOut) ?? [];
    return [`\`${option}\``, `\`dench:${option}\``, `\`${variable}\``, standard, meaning];
  });
  return tableOf(["Provider argument", "Stack config", "Environment", "Default", "Meaning"], rows);
}

/** The first example of a resource or function, in the form of Pulumi's registry: the reader chooses the language. */
export function chooser(token: string): string {
  const [example] = examples[token] ?? [];
  const choices = LANGUAGES.map(
    (each) => `{{% choosable language ${each} %}}\n\n${fenced(each, example)}\n\n{{% /choosable %}}`,
  );
  return [`{{< chooser language "${LANGUAGES.join(",")}" >}}`, ...choices, "{{< /chooser >}}"].join("\n\n");
}

/** A document with the text between the marks `<!-- name -->` and `<!-- /name -->` replaced. */
export function withSection(document: string, name: string, text: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, rest] = [document.indexOf(start), document.indexOf(end)];
  if (before < 0 || rest < before) throw new Error(`the document has no section ${name}`);
  return `${document.slice(0, before + start.length)}\n\n${text}\n\n${document.slice(rest)}`;
}

function page(title: string, parts: readonly string[]): string {
  return `${[`# ${title}`, NOTE, ...parts].join("\n\n")}\n`;
}

function introduction(token: string, description: string): string[] {
  const [text = ""] = description.split("\n\n{{% examples %}}");
  const shown = (examples[token] ?? []).flatMap((example) => [
    `### ${example.title}`,
    fenced("typescript", example),
    ...LANGUAGES.filter((each) => each !== "typescript").map((each) => folded(each, example)),
  ]);
  return [`## ${nameOf(token)}`, text, ...shown, importSection(token).trim().replace("## ", "### ")].filter(Boolean);
}

function folded(language: Language, example: Example): string {
  return `<details><summary>${language}</summary>\n\n${fenced(language, example)}\n\n</details>`;
}

function fenced(language: Language, example: Example | undefined): string {
  return `\`\`\`${language}\n${example?.programs[language].trim()}\n\`\`\``;
}

function typeSections(types: Readonly<Record<string, ObjectSchema>>, users: readonly ObjectSchema[]): string[] {
  const used = new Set(users.flatMap((user) => referencesIn(user, types)));
  return [...used].flatMap((token) => {
    const type = types[token];
    return type ? [`## ${nameOf(token)}`, type.description ?? "", table(type, "always there")] : [];
  });
}

/** The tokens of the types that an object's properties have, and of theirs. */
function referencesIn({ properties }: ObjectSchema, types: Readonly<Record<string, ObjectSchema>>): string[] {
  return Object.values(properties).flatMap(({ $ref, items }) => {
    const token = ($ref ?? items?.$ref ?? "").replace("#/types/", "");
    const type = types[token];
    return type ? [token, ...referencesIn(type, types)] : [];
  });
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

function nameOf(token: string): string {
  return token.split(":").at(-1) ?? token;
}

function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), `|${"---|".repeat(heads.length)}`, ...rows.map(line)].join("\n");
}
