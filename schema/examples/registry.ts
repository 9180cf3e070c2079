import { type Example, LANGUAGES, type Language } from "./example";
import { functionExamples } from "./functions";
import { gatewayKeyExamples } from "./gateway-key";
import { primarySandboxKeyExamples } from "./primary-sandbox-key";

/** The examples of each resource and function, by its token. */
export const examples: Readonly<Record<string, readonly Example[]>> = {
  "dench:index:GatewayKey": gatewayKeyExamples,
  "dench:index:PrimarySandboxKey": primarySandboxKeyExamples,
  ...functionExamples,
};

/** Returns the examples as a section of a description, with the marks of the Pulumi Registry. */
export function exampleSection(token: string): string {
  const shown = (examples[token] ?? []).map(({ title, programs }) =>
    [
      "{{% example %}}",
      `### ${title}`,
      ...LANGUAGES.map((each) => fenced(each, programs[each])),
      "{{% /example %}}",
    ].join("\n\n"),
  );
  return ["", "{{% examples %}}", "## Example Usage", ...shown, "{{% /examples %}}"].join("\n\n");
}

/** Returns the documentation of the `get` method of a resource. */
export function lookupText(token: string): string {
  return ["Reads the state of an existing key by its ID, without managing it.", imports[token]?.lookup ?? ""].join(" ");
}

/** Returns the section on importing a resource, or an empty text if it cannot be imported. */
export function importSection(token: string): string {
  const imported = imports[token];
  if (!imported) return "";
  const command = `pulumi import ${token} ${imported.name} ${imported.id}`;
  return ["", "## Import", imported.text, `\`\`\`sh\n${command}\n\`\`\``].join("\n\n");
}

interface Import {
  readonly name: string;
  readonly id: string;
  readonly text: string;
  /** A note for programs that read the resource without managing it. */
  readonly lookup: string;
}

const imports: Readonly<Record<string, Import>> = {
  "dench:index:GatewayKey": {
    name: "ci",
    id: "key_123",
    text: "Import a key by its ID. The API does not return the value of an existing key. If you have the key value, set the environment variable `DENCH_IMPORT_KEY` to it during the import. For many keys, set `DENCH_IMPORT_KEYS` to the path of a file with their values. Otherwise, add a rotation trigger to the imported key, which creates a new key value in place. With `rotation.overlap`, the old value stays valid for that time.",
    lookup: "The key value is not available.",
  },
  "dench:index:PrimarySandboxKey": {
    name: "sandbox",
    id: "primary",
    text: "Import the primary sandbox key by the ID `primary`. The import includes the key value.",
    lookup: "The ID is `primary`.",
  },
};

function fenced(language: Language, program: string): string {
  return `\`\`\`${language}\n${program.trim()}\n\`\`\``;
}
