import { join } from "node:path";
import { parseArgs } from "node:util";
import { errorMessage } from "../../error-message";
import { ensureEngine } from "./engine";
import { hostsOf, isHostLanguage, problemOfHost } from "./hosts";

/**
 * `npm run engine` prints the engine that the demo and tests use, and its language hosts. Installs it if it is missing. With
 * `--host LANGUAGE`, it only checks whether the `pulumi` on PATH can run programs in this language, as an example needs.
 */
async function main(): Promise<void> {
  const { host } = parseArgs({ options: { host: { type: "string" } } }).values;
  if (host !== undefined) return checkHost(host);
  const progress = (line: string) => process.stderr.write(`${line}\n`);
  const { bin, version, source } = await ensureEngine({ yaml: true, progress });
  const pulumi = join(bin, "pulumi");
  const { present, missing } = await hostsOf(pulumi);
  process.stdout.write(`${pulumi} v${version} (${source})\nLanguage hosts: ${present.join(", ")}\n`);
  if (missing.length === 0) return;
  process.stdout.write(
    `No hosts: ${missing.join(", ")}. To run programs on disk in these languages, install a released Pulumi CLI: https://www.pulumi.com/docs/install\n`,
  );
}

async function checkHost(host: string): Promise<void> {
  if (!isHostLanguage(host)) throw new Error(`--host must be a language of Pulumi's, such as nodejs, not "${host}".`);
  const problem = await problemOfHost(host);
  if (problem !== undefined) throw new Error(problem);
}

main().catch((error: unknown) => {
  process.stderr.write(`${errorMessage(error)}\n`);
  process.exitCode = 1;
});
