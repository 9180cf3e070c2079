import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, it, onTestFinished } from "vitest";
import * as dynamic from "../../sdk/dynamic";
import { failureOf } from "../support/failure";
import { testGateway } from "../support/gateway";
import { install, projectRoot } from "../support/project";
import { describeWithEngine, TestStack } from "../support/stack";

const IMPORTS = {
  CommonJS: (entry: string) => `
    const { LocalWorkspace } = require("@pulumi/pulumi/automation");
    const dench = require("${entry}");`,
  ESM: (entry: string) => `
    import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
    import * as dench from "${entry}";`,
};

describeWithEngine("a program with its own project settings", () => {
  it.each([
    ["CommonJS", "pulumi-dench"],
    ["CommonJS", "pulumi-dench/dynamic"],
    ["ESM", "pulumi-dench"],
    ["ESM", "pulumi-dench/dynamic"],
  ] as const)("in %s uses %s", async (kind, entry) => {
    const gateway = await testGateway();
    const folder = await mkdtemp(join(tmpdir(), "pulumi-dench-program-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await mkdir(join(folder, "state"));
    await install(folder);
    const settings = `name: own\nruntime: nodejs\nplugins:\n  providers:\n    - { name: dench, path: ${projectRoot} }\n`;
    await writeFile(join(folder, "Pulumi.yaml"), settings);
    const file = join(folder, kind === "ESM" ? "program.mjs" : "program.cjs");
    await writeFile(
      file,
      `${IMPORTS[kind](entry)}
      LocalWorkspace.createStack(
        {
          stackName: "dev",
          projectName: "own",
          program: async () => ({ key: new dench.GatewayKey("ci").key, slug: (await dench.getWorkspace()).slug }),
        },
        { workDir: ${JSON.stringify(folder)} },
      )
        .then((stack) => stack.up())
        .then(({ outputs }) => console.log(JSON.stringify(outputs)));`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, [file], {
      env: {
        ...process.env,
        ...gateway.env,
        PATH: [inject("engineBin"), dirname(process.execPath), process.env["PATH"]].join(delimiter),
        PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "only for this test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    });
    const { key, slug } = JSON.parse(stdout);
    expect(slug).toEqual({ value: "local", secret: false });
    expect(key.secret).toBe(true);
    expect(await gateway.dataPlane(key.value)).toBe(200);
  });
});

describeWithEngine("a project in which the package is not installed", () => {
  it("is told the name of what the dynamic provider misses", async () => {
    const stack = await TestStack.create({ installed: false });
    stack.program = async () => void new dynamic.GatewayKey("ci");
    expect(await failureOf(stack.up())).toMatch(/Cannot find module '(pulumi-dench\/dynamic-host|@pulumi\/pulumi)/);
  });
});
