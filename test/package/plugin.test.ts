import { cp, mkdir, symlink } from "node:fs/promises";
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
const archiveFor = (system: string) => `pulumi-resource-dench-v${version}-${system}.tar.gz`;
const archive = archiveFor(`${platform()}-${goArchitecture}`);

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
async function installed(env: Readonly<Record<string, string>>, file = archive): Promise<CliStack> {
  const stack = await nothingInstalled(env);
  const [, ...command] = await documentedCommand("pulumi plugin install", "--file");
  await stack.run(...command.with(-1, join(inject("packages"), file)));
  return stack;
}

/** Removes everything but the engine and the language host of YAML from a stack's PATH. */
async function onlyEngineOnPath(stack: CliStack): Promise<void> {
  const bin = join(stack.folder, "bin");
  await mkdir(bin);
  for (const name of ["pulumi", "pulumi-language-yaml"])
    await symlink(join(inject("engineBin") ?? "", name), join(bin, name));
  stack.env["PATH"] = bin;
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

  if (platform() === "linux") {
    it("for Linux needs nothing on the machine: no Node, and no home folder that can be written", async () => {
      const gateway = await testGateway();
      const stack = await installed(gateway.env);
      await onlyEngineOnPath(stack);
      stack.env["HOME"] = "/proc";
      await stack.up();
      expect(await gateway.activeKeys()).toHaveLength(1);
      await stack.run("destroy", "--yes", "--skip-preview");
      expect(await gateway.activeKeys()).toEqual([]);
    });
  }

  it("for another processor fails with the system's reason, and changes nothing", async () => {
    const gateway = await testGateway();
    const stack = await installed(gateway.env, archiveFor(`linux-${goArchitecture === "arm64" ? "amd64" : "arm64"}`));
    const { output } = await stack.start("up", "--yes", "--skip-preview").ended;
    expect(output).toContain("pulumi-resource-dench: exec format error");
    expect(await gateway.activeKeys()).toEqual([]);
  });

  it("for macOS fails with the Node version it needs when there is none, or an older one first on PATH", async () => {
    const gateway = await testGateway();
    const stack = await installed(gateway.env, archiveFor("darwin-arm64"));
    await onlyEngineOnPath(stack);
    expect((await stack.start("preview").ended).output).toContain(
      "pulumi-resource-dench needs Node 22.19 or newer, but there is no Node on PATH. Install it, then run again.",
    );
    const node = await nodeRelease("18.20.8");
    stack.env["PATH"] = [stack.env["PATH"], dirname(node)].join(delimiter);
    expect((await stack.start("preview").ended).output).toContain(
      "pulumi-resource-dench needs Node 22.19 or newer, but runs on 18.20.8",
    );
  });
});
