import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { CLI_BUILD_FLAGS, requireGo } from "./go";

/** What SDKs are written from a schema for: each in a folder of that name. */
export const SDK_LANGUAGES = ["python", "go", "nodejs"] as const;

/**
 * Writes the SDKs of this package into `folder`, from `provider/schema.json`, with Pulumi's own generators. Built with Go
 * from the CLI's module and with its flags: where the CLI was built, little is left to do. Go keeps what it has built.
 */
export async function writeSdks(folder: string): Promise<void> {
  await requireGo();
  const packageRoot = dirname(require.resolve("pulumi-dench/package.json"));
  const schema = join(packageRoot, "provider", "schema.json");
  await promisify(execFile)("go", ["run", ...CLI_BUILD_FLAGS, "./sdks", schema, folder], {
    cwd: join(packageRoot, "tools", "engine", "pulumi"),
    env: { ...process.env, CGO_ENABLED: "0" },
  });
}
