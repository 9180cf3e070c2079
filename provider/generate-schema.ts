import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { packageSchema } from "./schema";

// `npm run generate` writes provider/schema.json; `--check` fails when it is not what the resources say.
async function main(): Promise<void> {
  const file = join(dirname(require.resolve("pulumi-dench/package.json")), "provider", "schema.json");
  const text = `${JSON.stringify(packageSchema(), null, 2)}\n`;
  if (!process.argv.includes("--check")) return writeFile(file, text);
  if ((await readFile(file, "utf8").catch(() => "")) === text) return;
  process.stderr.write("provider/schema.json is not current: run `npm run generate` and commit it.\n");
  process.exitCode = 1;
}

main().catch((error: unknown) => {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
});
