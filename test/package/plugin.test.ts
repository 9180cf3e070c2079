import { cp } from "node:fs/promises";
import { arch, platform } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { expect, inject, it } from "vitest";
import { pluginDownloadURL, version } from "../../version";
import { CliStack } from "../support/cli-stack";
import { documentedCommand } from "../support/documented";
import { testGateway } from "../support/gateway";
import { SECRETS_PROVIDER } from "../support/key-service";
import { nodeRelease } from "../support/node-release";
import { projectRoot } from "../support/project";
import { releaseServer } from "../support/release-server";
import { describeWithEngine } from "../support/stack";

const goArchitecture = arch() === "x64" ? "amd64" : arch();
const archive = `pulumi-resource-dench-v${version}-${platform()}-${goArchitecture}.tar.gz`;

/** Returns a stack of the unchanged YAML example, which has no plugin setting, with no plugins installed. */
async function nothingInstalled(env: Readonly<Record<string, string>>): Promise<CliStack> {
  const stack = await CliStack.create(env);
  stack.env["PULUMI_HOME"] = join(stack.folder, "home");
  stack.env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true";
  await cp(join(projectRoot, "examples/environments-yaml"), stack.folder, { recursive: true });
  await stack.run("stack", "init", "staging", "--secrets-provider", SECRETS_PROVIDER);
  return stack;
}

/** Returns a stack of the YAML example after the README's command installed the plugin from an archive. */
async function installed(env: Readonly<Record<string, string>>): Promise<CliStack> {
  const stack = await nothingInstalled(env);
  const [, ...command] = await documentedCommand("pulumi plugin install", "--file");
  await stack.run(...command.with(-1, join(inject("packages"), archive)));
  return stack;
}

describeWithEngine("the plugin, installed from its archive", () => {
  it("serves a YAML project that has no plugin setting", async () => {
    const gateway = await testGateway();
    const stack = await installed(gateway.env);
    await stack.up();
    const { key } = JSON.parse(await stack.run("stack", "output", "--json", "--show-secrets"));
    expect(await gateway.dataPlane(key)).toBe(200);
    await stack.run("destroy", "--yes", "--skip-preview");
    expect(await gateway.activeKeys()).toEqual([]);
  });

  it("is also installed from the download address", async () => {
    const stack = await nothingInstalled({});
    const releases = await releaseServer(inject("packages"));
    stack.env["PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES"] = `^${pluginDownloadURL}$=${releases.url}`;
    const [, ...command] = await documentedCommand("pulumi plugin install", "--server");
    await stack.run(...command);
    expect(releases.requested).toEqual([archive]);
    expect(await stack.run("plugin", "ls")).toMatch(new RegExp(`dench +resource +${version}`));
  });

  it("provides its schema by its name", async () => {
    const stack = await installed({});
    const schema = JSON.parse(await stack.run("package", "get-schema", `dench@${version}`));
    expect([schema.name, schema.version]).toEqual(["dench", version]);
    expect(Object.keys(schema.resources)).toContain("dench:index:GatewayKey");
  });

  it("fails with the Node version it needs when the first one on PATH is older", async () => {
    const gateway = await testGateway();
    const stack = await installed(gateway.env);
    const node = await nodeRelease("18.20.8");
    stack.env["PATH"] = [inject("engineBin"), dirname(node), process.env["PATH"]].join(delimiter);
    const { output } = await stack.start("preview").ended;
    expect(output).toContain("pulumi-resource-dench needs Node 22.19 or newer, but runs on 18.20.8");
  });
});
