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

/** How a resource that exists is imported, by the id that each is known by. */
export function importSection(token: string): string {
  const imported = imports[token];
  if (!imported) return "";
  const command = `pulumi import ${token} ${imported.name} ${imported.id}`;
  return ["", "## Import", imported.text, `\`\`\`sh\n${command}\n\`\`\``].join("\n\n");
}

const imports: Readonly<Record<string, { readonly name: string; readonly id: string; readonly text: string }>> = {
  "dench:index:GatewayKey": {
    name: "ci",
    id: "key_123",
    text: "A key is taken over by its id. Its value cannot be had any more: set `DENCH_IMPORT_KEY` to it if you have it, or rotate.",
  },
  "dench:index:PrimarySandboxKey": {
    name: "sandbox",
    id: "primary",
    text: "The key is taken over, with its value, by the id `primary`.",
  },
};

function fenced(language: Language, program: string): string {
  return `\`\`\`${language}\n${program.trim()}\n\`\`\``;
}
