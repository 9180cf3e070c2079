import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** The build flags of the CLI. With the same flags, Go reuses its compiled packages. */
export const CLI_BUILD_FLAGS = ["-trimpath", "-tags", "osusergo,grpcnotrace"] as const;

/** Rejects if Go is missing or too old. */
export async function requireGo(): Promise<void> {
  const { stdout } = await promisify(execFile)("go", ["env", "GOVERSION"]).catch(() => {
    throw new Error("Go is not installed");
  });
  const [, major = "0", minor = "0"] = /^go(\d+)\.(\d+)/.exec(stdout) ?? [];
  // Go 1.21 and newer download the required toolchain themselves.
  if (Number(major) === 1 && Number(minor) < 21)
    throw new Error(`Go 1.26.6 or newer is required, but ${stdout.trim()} is installed`);
}
