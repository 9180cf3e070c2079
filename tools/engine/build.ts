import { spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { CLI_BUILD_FLAGS, requireGo } from "./go";
import { ENGINE_VERSION, type Installation, YAML_HOST } from "./installation";
import { packageRoot } from "./package";

interface GoProgram {
  readonly module: string;
  readonly package: string;
  readonly minutes: string;
  readonly flags: readonly string[];
}

const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

const PROGRAMS: Readonly<Record<string, GoProgram>> = {
  pulumi: {
    module: "pulumi",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    minutes: "about five minutes on two cores",
    flags: [...CLI_BUILD_FLAGS, "-ldflags", `-w -s -X ${VERSION_VARIABLE}=v${ENGINE_VERSION}`],
  },
  [YAML_HOST]: {
    module: YAML_HOST,
    package: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    minutes: "about two minutes on two cores",
    flags: ["-trimpath", "-ldflags", "-w -s"],
  },
};

const DYNAMIC_HOST = "pulumi-resource-pulumi-nodejs";

/** Builds the missing programs with Go, from the modules in this folder. A program appears in `bin` only when it is complete. */
export async function buildEngine({ root, wanted, progress }: Installation): Promise<void> {
  await requireGo();
  const bin = join(root, "bin");
  await mkdir(bin, { recursive: true });
  const unfinished = await mkdtemp(join(root, "building-"));
  try {
    for (const name of wanted) {
      const program = PROGRAMS[name];
      if (!program || (await exists(join(bin, name)))) continue;
      await build(program, join(unfinished, name), progress);
      await rename(join(unfinished, name), join(bin, name));
    }
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  // Released CLIs include the host of dynamic providers. For a built one, it is copied from the SDK.
  const sdk = dirname(require.resolve("@pulumi/pulumi/package.json"));
  await copyFile(join(sdk, DYNAMIC_HOST), join(bin, DYNAMIC_HOST));
}

async function build(program: GoProgram, output: string, progress: Installation["progress"]): Promise<void> {
  const module = join(packageRoot, "tools", "engine", program.module);
  progress(`building ${program.package} with Go, which takes ${program.minutes}`);
  const go = spawn("go", ["build", "-v", ...program.flags, "-o", output, program.package], {
    cwd: module,
    env: { ...process.env, CGO_ENABLED: "0" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const started = Date.now();
  const lastLines: string[] = [];
  let lines = 0;
  createInterface({ input: go.stderr }).on("line", (line) => {
    lastLines.push(line);
    if (lastLines.length > 10) lastLines.shift();
    lines += 1;
    if (lines % 250 === 0) {
      progress(`  ${lines} packages built in ${Math.round((Date.now() - started) / 1000)} s, now ${line}`);
    }
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    go.once("error", reject);
    go.once("close", resolve);
  });
  if (code !== 0) throw new Error(`go build exited with code ${code}:\n${lastLines.join("\n")}`);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
