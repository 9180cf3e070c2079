import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { CreatedKey } from "../../contract";
import { pluginDownloadURL } from "../../version";
import { listening, spawnCommand } from "../gateway/gateway-process";
import { testGateway } from "../support/gateway";
import { nodeRelease } from "../support/node-release";
import { environment, type Project, projectWithPackage } from "../support/npm-install";
import { projectRoot } from "../support/project";
import { releaseServer } from "../support/release-server";
import { describeWithEngine } from "../support/stack";

const run = promisify(execFile);

let project: Project;
const installed = (path: string) => join(project.folder, "node_modules", path);
beforeAll(async () => {
  project = await projectWithPackage(afterAll);
});

it("an install adds only the package, undici and zod to a project with Pulumi", () => {
  const [before, after] = [project.before.packages, project.after.packages];
  expect(after.filter((path) => !before.includes(path))).toEqual([
    "node_modules/pulumi-dench",
    "node_modules/undici",
    "node_modules/zod",
  ]);
  expect(before.filter((path) => !after.includes(path))).toEqual([]);
});

it("an install adds at most 17 MB to node_modules", () => {
  expect(project.after.bytes - project.before.bytes).toBeLessThan(17_000_000);
});

it("npx runs the local gateway", async () => {
  const npx = run("npx", ["--no", "pulumi-dench", "gateway", "--help"], {
    cwd: project.folder,
    env: environment(),
  });
  expect((await npx).stdout).toContain("Usage: pulumi-dench gateway");
});

it("the installed gateway serves the management API, the data plane and the dashboard, and reads only its own files", async () => {
  const bundle = installed("pulumi-dench/dist/pulumi-dench");
  const confined = [process.execPath, "--permission", `--allow-fs-read=${bundle}`, bundle];
  const gateway = spawnCommand([...confined, "gateway", "--port", "0", "--json"]);
  const { url, baseUrl, gatewayUrl, adminToken, signInUrl } = await listening(gateway);
  const post = async (address: string, token: string, body: unknown) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(address, { method: "POST", headers, body: JSON.stringify(body) })).json();
  };

  const { key } = CreatedKey.parse(await post(`${baseUrl}/api-keys`, adminToken, { name: "ci" }));
  const chat = { model: "dench-local-echo", messages: [{ role: "user", content: "one two three" }] };
  // Counting the tokens needs the tokenizer's data.
  expect(await post(`${gatewayUrl}/v1/chat/completions`, key, chat)).toMatchObject({ usage: { completion_tokens: 3 } });
  expect(await (await fetch(`${url}/openapi.json`)).json()).toMatchObject({ openapi: "3.1.0" });

  const page = await (await fetch(signInUrl)).text();
  const assets = join(projectRoot, "gateway/dashboard/assets");
  for (const name of await readdir(assets)) {
    expect(page).toContain(`"/assets/${name}"`);
    expect(await (await fetch(`${url}/assets/${name}`)).text()).toBe(await readFile(join(assets, name), "utf8"));
  }
  expect(gateway.stderr()).toBe("");
});

const OLD_NODE = "18.20.8";
const nodeError = (program: string, node: string) =>
  `${program} needs Node 22.19 or newer, but runs on ${OLD_NODE} (${node}). Install a newer version, or put it first on PATH.`;

it("on an older Node the command prints only which version it needs", async () => {
  const node = await nodeRelease(OLD_NODE);
  const child = spawn(node, [installed(".bin/pulumi-dench"), "gateway"]);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: "", stderr: `${nodeError("pulumi-dench", node)}\n` });
});

it.each([
  ["the host of dynamic resources", `import("pulumi-dench/dynamic-host")`],
  ["a function of the dynamic entry", `import("pulumi-dench/dynamic").then((dench) => dench.getWorkspace())`],
])("on an older Node %s fails with the version it needs, without a stack trace", async (_what, expression) => {
  const node = await nodeRelease(OLD_NODE);
  const show = `${expression}.catch((error) => console.log(JSON.stringify([error.message, error.stack])))`;
  const { stdout } = await run(node, ["-e", show], { cwd: project.folder });
  expect(JSON.parse(stdout)).toEqual([nodeError("pulumi-dench/dynamic", node), ""]);
});

describeWithEngine("through the engine", () => {
  it("on an older Node a dynamic resource fails with the version it needs", async () => {
    const state = join(project.folder, "state");
    await mkdir(state);
    const program = join(project.folder, "program.js");
    await writeFile(
      program,
      `
      const { LocalWorkspace } = require("@pulumi/pulumi/automation");
      const { GatewayKey } = require("pulumi-dench/dynamic");
      const program = async () => void new GatewayKey("ci");
      LocalWorkspace.createStack({ stackName: "dev", projectName: "old", program }, { workDir: __dirname })
        .then((stack) => stack.preview({ color: "never" }))
        .catch((error) => console.log(error.message));
      `,
    );
    const node = await nodeRelease(OLD_NODE);
    const { stdout } = await run(process.execPath, [program], {
      cwd: project.folder,
      env: {
        ...environment(node),
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_CONFIG_PASSPHRASE: "only for this test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    });
    expect(stdout).toContain(`error: ${nodeError("pulumi-dench/dynamic", node)}\n`);
  });
});

/** Returns a user's program that runs its own update. */
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

/** The compiler settings of Pulumi's template `typescript`. */
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

describeWithEngine("an install", () => {
  it.each([
    ["CommonJS, by Pulumi's template", "index.ts", "index.js", "@pulumi/pulumi/automation", TEMPLATE],
    ["CommonJS, by nodenext", "program.cts", "program.cjs", "@pulumi/pulumi/automation", MODERN],
    ["ESM, by nodenext", "program.mts", "program.mjs", "@pulumi/pulumi/automation/index.js", MODERN],
  ])(
    "serves a program in %s, and the engine downloads the plugin",
    async (kind, source, built, automation, settings) => {
      const folder = join(project.folder, kind.replaceAll(/\W+/g, "-"));
      await mkdir(join(folder, "state"), { recursive: true });
      await writeFile(join(folder, source), program(automation));
      await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: settings, files: [source] }));
      const compiler = installed("typescript/bin/tsc");
      const compiled = await run(process.execPath, [compiler, "-p", folder]).catch((error) => error);
      expect(compiled.stdout).toBe("");

      const gateway = await testGateway();
      const releases = await releaseServer(inject("packages"));
      const { stdout } = await run(process.execPath, [join(folder, "bin", built)], {
        cwd: folder,
        env: {
          ...environment(),
          ...gateway.env,
          PULUMI_HOME: join(folder, "home"),
          PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
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
      expect(releases.requested).toEqual([expect.stringMatching(/^pulumi-resource-dench-v.+\.tar\.gz$/)]);
    },
  );
});
