import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import { list } from "tar";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { pluginDownloadURL, version } from "../../version";
import { documentedCommand } from "../support/documented";
import { testGateway } from "../support/gateway";
import { projectRoot } from "../support/project";
import { releaseServer } from "../support/release-server";
import { describeWithEngine } from "../support/stack";

const run = promisify(execFile);
const tarball = join(inject("packages"), `pulumi-dench-${version}.tgz`);
const tool = (name: string) => join(projectRoot, "node_modules/.bin", name);

/** What a command printed, whether or not it succeeded, without its colours. */
async function printed(command: string, ...args: string[]): Promise<string> {
  const { stdout } = await run(command, args).catch((error) => error);
  return stripVTControlCharacters(stdout);
}

describe("the npm package", () => {
  it("holds the built modules, the plugin and the documents: no test, source, map or module without a source", async () => {
    const files: string[] = [];
    await list({ file: tarball, onReadEntry: ({ path }) => files.push(path.replace("package/", "")) });
    expect(files.filter((file) => !file.startsWith("dist/")).sort()).toEqual([
      "CHANGELOG.md",
      "LICENSE",
      "PulumiPlugin.yaml",
      "README.md",
      "SECURITY.md",
      "THIRD-PARTY-LICENSES",
      "package.json",
      "pulumi-resource-dench",
      "pulumi-resource-dench.cmd",
    ]);
    const modules = files.filter((file) => /\.(js|ts|map)$/.test(file));
    expect(
      modules.filter(
        (file) => !/^dist\/(version|error-message|proxy|(contract|provider|sdk|gateway)\/.+)(\.js|\.d\.ts)$/.test(file),
      ),
    ).toEqual([]);
    for (const module of modules) {
      const stem = module.replace("dist/", "").replace(/(\.js|\.d\.ts)$/, "");
      const sources = [".ts", ".tsx", ".js"].map((extension) => access(join(projectRoot, stem + extension)));
      await expect(Promise.any(sources), `${module} is old: npm run build:clean`).resolves.toBeUndefined();
    }
  });

  it("takes less than a megabyte", async () => {
    expect((await stat(tarball)).size).toBeLessThan(1_000_000);
  });

  it("has nothing that publint would change", async () => {
    expect(await printed(tool("publint"), tarball, "--strict")).toMatch(/All good!\s*$/);
  });

  it("has types that fit its modules for every way to resolve them", async () => {
    expect(await printed(tool("attw"), tarball)).toContain("No problems found");
  });
});

const program = (automation: string) => `
  import { LocalWorkspace } from "${automation}";
  import * as pulumi from "@pulumi/pulumi";
  import * as dench from "pulumi-dench";
  import * as dynamic from "pulumi-dench/dynamic";

  const args: dench.GatewayKeyArgs = { name: pulumi.output("ci"), scopes: ["models:read"] };
  // @ts-expect-error There is no such argument.
  export const wrong: dench.GatewayKeyArgs = { scope: [] };

  async function program() {
    const keys: pulumi.Output<string>[] = [new dench.GatewayKey("a", args).key, new dynamic.GatewayKey("b", args).key];
    const slugs: string[] = [(await dench.getWorkspace()).slug, (await dynamic.getWorkspace()).slug];
    return { keys: pulumi.all(keys), slugs };
  }

  LocalWorkspace.createStack({ stackName: "dev", projectName: "own", program }, { workDir: process.cwd() })
    .then((stack) => stack.up())
    .then(({ outputs }) => console.log(JSON.stringify(outputs)))
    .catch((error) => {
      console.error(error);
      process.exit(1);
    });
`;

/** The settings of Pulumi's template \typescript. */
const TEMPLATE = {
  strict: true,
  outDir: "bin",
  target: "es2020",
  module: "commonjs",
  moduleResolution: "node",
  sourceMap: true,
  experimentalDecorators: true,
  pretty: true,
  noFallthroughCasesInSwitch: true,
  noImplicitReturns: true,
  forceConsistentCasingInFileNames: true,
};
const MODERN = { strict: true, outDir: "bin", target: "es2022", module: "nodenext", moduleResolution: "nodenext" };

describeWithEngine("the npm package, installed in an empty folder", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "pulumi-dench-npm-"));
    const [npm = "", ...command] = await documentedCommand("npm install", ".tgz");
    // Beside it, what Pulumi's template brings.
    const template = ["@pulumi/pulumi@^3.113.0", "typescript@^5.0.0", "@types/node@^20"];
    await run(npm, [...command.with(-1, tarball), ...template], { cwd: folder });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ["CommonJS, by Pulumi's template", "index.ts", "index.js", "@pulumi/pulumi/automation", TEMPLATE],
    ["CommonJS, by nodenext", "program.cts", "program.cjs", "@pulumi/pulumi/automation", MODERN],
    ["ESM, by nodenext", "program.mts", "program.mjs", "@pulumi/pulumi/automation/index.js", MODERN],
  ])(
    "serves a program in %s, and the engine gets the plugin by itself",
    async (kind, source, built, automation, settings) => {
      const project = join(folder, kind.replaceAll(/\W+/g, "-"));
      await mkdir(join(project, "state"), { recursive: true });
      await writeFile(join(project, source), program(automation));
      await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: settings, files: [source] }));
      expect(await printed(process.execPath, join(folder, "node_modules/typescript/bin/tsc"), "-p", project)).toBe("");

      const gateway = await testGateway();
      const releases = await releaseServer(inject("packages"));
      const { stdout } = await run(process.execPath, [join(project, "bin", built)], {
        cwd: project,
        env: {
          ...process.env,
          ...gateway.env,
          PATH: [inject("engineBin"), dirname(process.execPath), process.env["PATH"]].join(delimiter),
          PULUMI_HOME: join(project, "home"),
          PULUMI_BACKEND_URL: `file://${join(project, "state")}`,
          PULUMI_CONFIG_PASSPHRASE: "only for this test",
          PULUMI_SKIP_UPDATE_CHECK: "true",
          PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES: `^${pluginDownloadURL}$=${releases.url}`,
        },
      });
      const { keys, slugs } = JSON.parse(stdout);
      expect(slugs).toEqual({ value: ["local", "local"], secret: false });
      expect(keys.secret).toBe(true);
      for (const key of keys.value) expect(await gateway.dataPlane(key)).toBe(200);
      expect(keys.value).toHaveLength(2);
      expect(releases.asked).toEqual([expect.stringMatching(/^pulumi-resource-dench-v.+\.tar\.gz$/)]);
    },
  );

  it("brings the local gateway as a command", async () => {
    const { stdout } = await run("npx", ["--no", "pulumi-dench", "gateway", "--help"], { cwd: folder });
    expect(stdout).toContain("Usage: pulumi-dench gateway");
  });
});
