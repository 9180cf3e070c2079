import { execFile } from "node:child_process";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, inject } from "vitest";
import { commandsOf } from "../support/documented";
import { temporaryFolder } from "../support/folder";
import { testGateway } from "../support/gateway";
import { projectRoot } from "../support/project";
import { itInRest } from "../support/sample";
import { generatedSdks } from "../support/sdks";
import { describeWithEngine } from "../support/stack";
import { describeWithTools } from "../support/tools";

const run = promisify(execFile);

/** The timeout covers an install of all dependencies and a full build. */
const FROM_NOTHING_MS = 600_000;

/** Returns a clone of the repository that includes uncommitted changes, as a commit of its own. */
async function freshClone(): Promise<string> {
  const folder = await temporaryFolder();
  const listed = async (...which: string[]) =>
    (await run("git", ["ls-files", "-z", ...which], { cwd: projectRoot })).stdout.split("\0").filter(Boolean);
  const deleted = new Set(await listed("--deleted"));
  const files = (await listed("--cached", "--others", "--exclude-standard")).filter((file) => !deleted.has(file));
  await Promise.all(files.map((file) => cp(join(projectRoot, file), join(folder, file))));
  const author = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  for (const args of [
    ["init", "--quiet"],
    ["add", "--all"],
    [...author, "commit", "--quiet", "--message", "all"],
  ])
    await run("git", args, { cwd: folder });
  return folder;
}

describeWithEngine("the commands of the examples' pages, in a fresh clone", () => {
  itInRest(
    "compile the TypeScript program, create and rotate a key in YAML, and leave the clone clean",
    async () => {
      const clone = await freshClone();
      const gateway = await testGateway();
      const outside = await temporaryFolder();
      await mkdir(join(outside, "state"));
      // Excludes what `npm test` sets, such as its tools on PATH, and the user's own settings.
      const tools = (process.env["PATH"] ?? "").split(delimiter).filter((path) => !path.includes("node_modules"));
      const others = Object.entries(process.env).filter(([name]) => !/^(npm|PULUMI|DENCH)_/.test(name));
      const env = {
        ...Object.fromEntries(others),
        PATH: [inject("engineBin"), dirname(process.execPath), ...tools].join(delimiter),
        PULUMI_HOME: join(outside, "home"),
        PULUMI_BACKEND_URL: `file://${join(outside, "state")}`,
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
      const [prepare = "", ...inTypeScript] = await commandsOf(`${typescript}/README.md`);
      const check = " && npm run engine -- --host nodejs";
      const [withoutCheck = "", rest] = prepare.split(check);
      expect(rest, "the check is the end of the first command").toMatch(/^\)/);
      await shell(typescript, [`${withoutCheck})`]);
      // Only a released engine includes the host for Node programs on disk.
      await expect(shell(typescript, ["cd ../..", check.replace(" && ", "")])).rejects.toThrow(
        /pulumi has no language host for nodejs, so it cannot run this program\. Install a released/,
      );
      const untilUp = inTypeScript.map((command) => command.replace(/ && pulumi up$/, ""));
      expect(untilUp).not.toEqual(inTypeScript);
      await shell(typescript, untilUp);
      const { typescript: wanted } = JSON.parse(await readFile(join(clone, "package.json"), "utf8")).devDependencies;
      const compiler = "node_modules/.bin/tsc";
      expect(await shell(typescript, [`${compiler} --version`])).toBe(`Version ${wanted}`);
      await shell(typescript, [`${compiler} --project .`]);
      expect(await shell(typescript, ["pulumi stack --show-name"])).toBe("staging");
      // The example in YAML has the same project and stack.
      await shell(typescript, ["pulumi stack rm --yes staging"]);

      const yaml = "examples/environments-yaml";
      const [prepareYaml, ...inYaml] = await commandsOf(`${yaml}/README.md`);
      // These commands already ran above.
      expect(prepareYaml).toContain(withoutCheck);
      const up = "pulumi up --yes";
      await shell(
        yaml,
        inYaml.map((command) => command.replace(/pulumi up$/, up)),
      );
      const keyId = () => shell(yaml, ["pulumi stack output keyId"]);
      const [first] = await gateway.activeKeys();
      expect(first).toMatchObject({
        id: await keyId(),
        name: "Shop staging",
        scopes: ["models:read", "chat:completions"],
      });

      // The commands in the page's sentences.
      const page = await readFile(join(clone, yaml, "README.md"), "utf8");
      const sentences = Array.from(page.matchAll(/`(pulumi config set [^`]+)`/g), ([, command = ""]) => command);
      expect(sentences).toHaveLength(3);
      const token = inYaml.filter((command) => command.startsWith("export DENCH_API_KEY="));
      expect(token).toHaveLength(1);
      await shell(yaml, [...token, ...sentences, up]);
      const rotated = await gateway.activeKeys();
      expect(rotated.map(({ id, scopes }) => [id, scopes])).toEqual([
        [await keyId(), ["models:read"]],
        [first?.id, ["models:read", "chat:completions"]],
      ]);
      await shell(yaml, [...token, "pulumi destroy --yes", "pulumi stack rm --yes staging"]);
      expect(await gateway.activeKeys()).toEqual([]);
      expect((await run("git", ["status", "--porcelain"], { cwd: clone })).stdout).toBe("");
    },
    FROM_NOTHING_MS,
  );
});

describeWithTools("Go")("go mod tidy, which the page of the example in Go runs,", () => {
  itInRest(
    "changes no committed file",
    async () => {
      const folder = await temporaryFolder();
      const sdks = await generatedSdks();
      const committed = async (file: string) => readFile(join(projectRoot, "examples/environments-go", file), "utf8");
      for (const file of ["go.mod", "go.sum", "main.go"])
        await writeFile(join(folder, file), (await committed(file)).replace("../../dist/sdks", sdks));
      await run("go", ["mod", "tidy"], { cwd: folder });
      for (const file of ["go.mod", "go.sum"])
        expect((await readFile(join(folder, file), "utf8")).replace(sdks, "../../dist/sdks")).toBe(
          await committed(file),
        );
    },
    FROM_NOTHING_MS,
  );
});
