import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { CLI_BUILD_FLAGS, requireGo } from "./go";
import { packageRoot } from "./package";

/** The languages that SDKs are generated for, each into a folder of that name. */
export const SDK_LANGUAGES = ["python", "go", "nodejs"] as const;

/**
 * Generates the SDKs of this package into `folder`, from `provider/schema.json` with Pulumi's own generators. Requires Go. The
 * generators are built from the CLI's module with the CLI's flags, so that Go reuses its compiled packages.
 */
export async function writeSdks(folder: string): Promise<void> {
  await requireGo();
  const schema = join(packageRoot, "provider", "schema.json");
  await promisify(execFile)("go", ["run", ...CLI_BUILD_FLAGS, "./sdks", schema, folder], {
    cwd: join(packageRoot, "tools", "engine", "pulumi"),
    env: { ...process.env, CGO_ENABLED: "0" },
  });
}
