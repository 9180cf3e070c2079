import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** What the CLI's packages are compiled with. Go compiles nothing anew that is built with the same flags. */
export const CLI_BUILD_FLAGS = ["-trimpath", "-tags", "osusergo,grpcnotrace"] as const;

/** Rejects where there is no Go, or one that is too old. */
export async function requireGo(): Promise<void> {
  const { stdout } = await promisify(execFile)("go", ["env", "GOVERSION"]).catch(() => {
    throw new Error("Go is not installed");
  });
  const [, major = "0", minor = "0"] = /^go(\d+)\.(\d+)/.exec(stdout) ?? [];
  // An older Go may fetch a newer toolchain for itself, which is its own affair; what cannot is told so at once.
  if (Number(major) === 1 && Number(minor) < 21)
    throw new Error(`Go 1.26.6 or newer is needed, this is ${stdout.trim()}`);
}
