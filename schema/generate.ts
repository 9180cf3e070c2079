import { readFile, writeFile } from "node:fs/promises";
import { chooser } from "./documents/chooser";
import { optionsTable } from "./documents/options-table";
import { functionsPage, resourcesPage } from "./documents/reference";
import { withSection } from "./documents/section";
import { packageSchema } from "./package-schema";
import { sdkSources } from "./typescript";
import { formatted } from "./typescript/formatted";
import { modelOfPackage } from "./typescript/model";

/** The content of each generated file by its path from the root. Some files keep parts of their current content. */
const generated: Readonly<Record<string, (current: string) => string | Promise<string>>> = {
  "provider/schema.json": () => `${JSON.stringify(packageSchema(), null, 2)}\n`,
  "docs/resources.md": resourcesPage,
  "docs/functions.md": functionsPage,
  "docs/configuration.md": (current) => withSection(current, "options", optionsTable()),
  "docs/installation-configuration.md": (current) => withSection(current, "options", optionsTable()),
  "docs/_index.md": (current) => withSection(current, "example", chooser("dench:index:GatewayKey")),
  ...Object.fromEntries(
    Object.entries(sdkSources(modelOfPackage())).map(([file, source]) => [file, () => formatted(file, source)]),
  ),
};

// `npm run generate` writes these files. With `--check`, it fails if a file is out of date.
async function main(): Promise<void> {
  for (const [file, contentOf] of Object.entries(generated)) {
    const current = await readFile(file, "utf8").catch(() => "");
    const content = await contentOf(current);
    if (content === current) continue;
    if (!process.argv.includes("--check")) {
      await writeFile(file, content);
      continue;
    }
    process.stderr.write(`${file} is out of date: run \`npm run generate\` and commit it.\n`);
    process.exitCode = 1;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
