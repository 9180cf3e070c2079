import { execFile } from "node:child_process";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { version } from "../../version";
import { temporaryFolder } from "./folder";
import { projectRoot } from "./project";

const runFile = promisify(execFile);

/**
 * Publishes the Go module of a release in a local repository, and returns the environment in which Go downloads it from there
 * instead of GitHub. Go's own cache serves the other modules, and does not keep this one.
 */
export async function repositoryWithModule(archive: string): Promise<NodeJS.ProcessEnv> {
  const folder = await temporaryFolder();
  const remote = join(folder, "remote.git");
  const checkout = join(folder, "checkout");
  const git = (...args: string[]) =>
    runFile("git", ["-C", checkout, "-c", "user.name=test", "-c", "user.email=test@example.com", ...args]);
  await mkdir(join(checkout, "packages"), { recursive: true });
  await copyFile(archive, join(checkout, "packages", basename(archive)));
  await writeFile(join(checkout, "README.md"), "The released commit.\n");
  await git("init", "--quiet", "--bare", remote);
  await git("init", "--quiet");
  await git("remote", "add", "origin", remote);
  await git("add", "README.md");
  await git("commit", "--quiet", "--message", "A release");
  const tag = () => runFile(join(projectRoot, ".ci/tag-go-module"), [`v${version}`], { cwd: checkout });
  await tag();
  await tag();

  const { stdout } = await runFile("go", ["env", "GOMODCACHE", "GOPROXY"]);
  const [modules = "", proxy = ""] = stdout.trim().split("\n");
  return {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: `url.${remote}.insteadOf`,
    GIT_CONFIG_VALUE_0: "https://github.com/DenchHQ/pulumi-dench",
    GOPRIVATE: "github.com/DenchHQ",
    GOMODCACHE: join(folder, "modules"),
    GOPROXY: `file://${modules}/cache/download,${proxy}`,
    GOFLAGS: "-modcacherw",
  };
}
