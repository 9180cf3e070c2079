import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CreatedKey } from "../../contract";
import { listening, spawnCommand } from "../gateway/gateway-process";
import { nodeRelease } from "../support/node-release";
import { environment, type Project, projectWithPackage } from "../support/npm-install";
import { projectRoot } from "../support/project";
import { describeWithEngine } from "../support/stack";

let project: Project;
const installed = (path: string) => join(project.folder, "node_modules", path);
beforeAll(async () => {
  project = await projectWithPackage(afterAll);
});

it("an install brings the package, undici and zod to a project with Pulumi, and nothing else", () => {
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
  const npx = promisify(execFile)("npx", ["--no", "pulumi-dench", "gateway", "--help"], {
    cwd: project.folder,
    env: environment(),
  });
  expect((await npx).stdout).toContain("Usage: pulumi-dench gateway");
});

it("the installed gateway serves the management API, the data plane and the dashboard, and reads no file but its own", async () => {
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
const complaint = (program: string, node: string) =>
  `${program} needs Node 22.19 or newer, but runs on ${OLD_NODE} (${node}). Install a newer version, or put it first on PATH.`;

it("on an older Node the command says which one it needs, and no more", async () => {
  const node = await nodeRelease(OLD_NODE);
  const child = spawn(node, [installed(".bin/pulumi-dench"), "gateway"]);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: "", stderr: `${complaint("pulumi-dench", node)}\n` });
});

it.each([
  ["the host of dynamic resources", `import("pulumi-dench/dynamic-host")`],
  ["a function of the dynamic entry", `import("pulumi-dench/dynamic").then((dench) => dench.getWorkspace())`],
])("on an older Node %s says which one it needs, without a stack", async (_what, expression) => {
  const node = await nodeRelease(OLD_NODE);
  const show = `${expression}.catch((error) => console.log(JSON.stringify([error.message, error.stack])))`;
  const { stdout } = await promisify(execFile)(node, ["-e", show], { cwd: project.folder });
  expect(JSON.parse(stdout)).toEqual([complaint("pulumi-dench/dynamic", node), ""]);
});

describeWithEngine("through the engine", () => {
  it("on an older Node a dynamic resource says which one it needs", async () => {
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
    const { stdout } = await promisify(execFile)(process.execPath, [program], {
      cwd: project.folder,
      env: {
        ...environment(node),
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_CONFIG_PASSPHRASE: "only for this test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
      },
    });
    expect(stdout).toContain(`error: ${complaint("pulumi-dench/dynamic", node)}\n`);
  });
});
