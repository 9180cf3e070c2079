import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { pluginDownloadURL } from "../../version";
import { testGateway } from "../support/gateway";
import { environment, projectWithPackage } from "../support/npm-install";
import { releaseServer } from "../support/release-server";
import { describeWithEngine } from "../support/stack";

const run = promisify(execFile);

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
    ({ folder } = await projectWithPackage(afterAll));
  });

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
      const compiler = join(folder, "node_modules/typescript/bin/tsc");
      const compiled = await run(process.execPath, [compiler, "-p", project]).catch((error) => error);
      expect(compiled.stdout).toBe("");

      const gateway = await testGateway();
      const releases = await releaseServer(inject("packages"));
      const { stdout } = await run(process.execPath, [join(project, "bin", built)], {
        cwd: project,
        env: {
          ...environment(),
          ...gateway.env,
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
});
