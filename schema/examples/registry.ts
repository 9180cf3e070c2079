import { type Example, LANGUAGES, type Language } from "./example";
import { functionExamples } from "./functions";
import { gatewayKeyExamples } from "./gateway-key";
import { primarySandboxKeyExamples } from "./primary-sandbox-key";

/** By the token of the resource or function that they show. */
export const examples: Readonly<Record<string, readonly Example[]>> = {
  "dench:index:GatewayKey": gatewayKeyExamples,
  "dench:index:PrimarySandboxKey": primarySandboxKeyExamples,
  ...functionExamples,
};

/** The examples as a section of a description, marked as Pulumi's registry wants them. */
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

/** The documentation of reading a resource by its ID. */
export function lookupText(token: string): string {
  return ["Reads the state of an existing key by its ID, without managing it.", imports[token]?.lookup ?? ""].join(" ");
}

/** How a resource that exists is imported, by the id that each is known by. */
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
  /** A remark for programs that read the resource instead of importing it. */
  readonly lookup: string;
}

const imports: Readonly<Record<string, Import>> = {
  "dench:index:GatewayKey": {
    name: "ci",
    id: "key_123",
    text: "A key is imported by its ID. Its value is not available: set `DENCH_IMPORT_KEY` to it for the import if you have it. Otherwise add a rotation trigger to the imported key, which creates a new value in place; with `rotation.overlap` the old value stays valid for that time.",
    lookup: "The key value is not available.",
  },
  "dench:index:PrimarySandboxKey": {
    name: "sandbox",
    id: "primary",
    text: "The key is taken over, with its value, by the id `primary`.",
    lookup: "The ID is `primary`.",
  },
};

function fenced(language: Language, program: string): string {
  return `\`\`\`${language}\n${program.trim()}\n\`\`\``;
}
