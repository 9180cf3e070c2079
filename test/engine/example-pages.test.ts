import { execFile } from "node:child_process";
import { cp, mkdir } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, inject } from "vitest";
import { commandsOf } from "../support/documented";
import { temporaryFolder } from "../support/folder";
import { testGateway } from "../support/gateway";
import { projectRoot } from "../support/project";
import { itInRest } from "../support/sample";
import { describeWithEngine } from "../support/stack";

const run = promisify(execFile);

/** The timeout covers an install of all dependencies and a full build. */
const FROM_NOTHING_MS = 300_000;

/** Returns a clone of the repository that includes uncommitted changes. */
async function freshClone(): Promise<string> {
  const folder = await temporaryFolder();
  const listed = async (...which: string[]) =>
    (await run("git", ["ls-files", "-z", ...which], { cwd: projectRoot })).stdout.split("\0").filter(Boolean);
  const deleted = new Set(await listed("--deleted"));
  const files = (await listed("--cached", "--others", "--exclude-standard")).filter((file) => !deleted.has(file));
  await Promise.all(files.map((file) => cp(join(projectRoot, file), join(folder, file))));
  return folder;
}

describeWithEngine("the commands of the examples' pages, in a fresh clone", () => {
  itInRest(
    "compile the TypeScript program and start its first update, and create a key in YAML",
    async () => {
      const clone = await freshClone();
      const gateway = await testGateway();
      await mkdir(join(clone, "state"));
      // Excludes what `npm test` sets, such as its tools on PATH, and the user's own settings.
      const tools = (process.env["PATH"] ?? "").split(delimiter).filter((path) => !path.includes("node_modules"));
      const others = Object.entries(process.env).filter(([name]) => !/^(npm|PULUMI|DENCH)_/.test(name));
      const env = {
        ...Object.fromEntries(others),
        PATH: [inject("engineBin"), dirname(process.execPath), ...tools].join(delimiter),
        PULUMI_HOME: join(clone, "home"),
        PULUMI_BACKEND_URL: `file://${join(clone, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "only for this test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        DENCH_BASE_URL: gateway.gateway.baseUrl,
      };
      const shell = async (example: string, commands: readonly string[]) => {
        const script = commands.join("\n").replace("…", gateway.gateway.adminToken);
        const cwd = join(clone, example);
        const { stdout } = await run("bash", ["-euo", "pipefail", "-c", script], { cwd, env }).catch((error) => {
          throw new Error(`${commands.join("\n")}\nfailed:\n${error.stdout}${error.stderr}`);
        });
        return stdout.trim();
      };

      const typescript = "examples/environments";
      const inTypeScript = await commandsOf(`${typescript}/README.md`);
      // Only a released engine includes the host for Node programs on disk.
      const untilUp = inTypeScript.map((command) => command.replace(/ && pulumi up$/, ""));
      expect(untilUp).not.toEqual(inTypeScript);
      await shell(typescript, untilUp);
      await shell(typescript, ["../../node_modules/.bin/tsc --noEmit --strict --module nodenext index.ts dynamic.ts"]);
      expect(await shell(typescript, ["pulumi stack --show-name"])).toBe("staging");
      // The example in YAML has the same project and stack.
      await shell(typescript, ["pulumi stack rm --yes --preserve-config staging"]);

      const yaml = "examples/environments-yaml";
      const [prepare, ...inYaml] = await commandsOf(`${yaml}/README.md`);
      // These commands already ran above.
      expect(inTypeScript).toContain(prepare);
      await shell(
        yaml,
        inYaml.map((command) => command.replace(/pulumi up$/, "pulumi up --yes")),
      );
      expect((await gateway.activeKeys()).map(({ id, name }) => [id, name])).toEqual([
        [await shell(yaml, ["pulumi stack output keyId"]), "Shop staging"],
      ]);
    },
    FROM_NOTHING_MS,
  );
});
