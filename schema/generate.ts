import { readFile, writeFile } from "node:fs/promises";
import { chooser } from "./documents/chooser";
import { optionsTable } from "./documents/options-table";
import { functionsPage, resourcesPage } from "./documents/reference";
import { withSection } from "./documents/section";
import { packageSchema } from "./package-schema";

/** What each generated file is to hold, as far as it follows from what it holds now. By its path from the root. */
const generated: Readonly<Record<string, (current: string) => string>> = {
  "provider/schema.json": () => `${JSON.stringify(packageSchema(), null, 2)}\n`,
  "docs/resources.md": resourcesPage,
  "docs/functions.md": functionsPage,
  "docs/configuration.md": (current) => withSection(current, "options", optionsTable()),
  "docs/installation-configuration.md": (current) => withSection(current, "options", optionsTable()),
  "docs/_index.md": (current) => withSection(current, "example", chooser("dench:index:GatewayKey")),
};

// `npm run generate` writes these files; `--check` fails when one is not what the resources and functions say.
async function main(): Promise<void> {
  for (const [file, contentOf] of Object.entries(generated)) {
    const current = await readFile(file, "utf8").catch(() => "");
    const content = contentOf(current);
    if (content === current) continue;
    if (!process.argv.includes("--check")) {
      await writeFile(file, content);
      continue;
    }
    process.stderr.write(`${file} is not current: run \`npm run generate\` and commit it.\n`);
    process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
