import { execFile } from "node:child_process";
import { mkdir, symlink } from "node:fs/promises";
import { arch, platform } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { extract } from "tar";
import { expect, inject, it, onTestFinished } from "vitest";
import { pluginDownloadURL, version } from "../../version";
import { temporaryFolder } from "../support/folder";
import { testGateway } from "../support/gateway";
import { readersStack } from "../support/installed";
import { environment, projectWithPackage } from "../support/npm-install";
import { releaseServer } from "../support/release-server";
import { describeWithEngine } from "../support/stack";

const goArchitecture = arch() === "x64" ? "amd64" : arch();
const archive = (program: string) => `pulumi-${program}-dench-v${version}-${platform()}-${goArchitecture}.tar.gz`;

describeWithEngine("the converter", () => {
  async function scene() {
    const gateway = await testGateway();
    const { id } = await gateway.call("POST", "/api-keys", { name: "CI/CD" });
    const stack = await readersStack(gateway, "shop");
    stack.env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true";
    const imports = async () => {
      await stack.run("import", "--from", "dench", "--yes", "--skip-preview", "--generate-code=false");
      expect((await stack.keysInState()).map(({ name, keyId }) => [name, keyId])).toEqual([["ci-cd", id]]);
    };
    return { stack, imports };
  }

  it("is installed from its archive", async () => {
    const { stack, imports } = await scene();
    const file = join(inject("packages"), archive("converter"));
    await stack.run("plugin", "install", "converter", "dench", version, "--file", file);
    expect(await stack.run("plugin", "ls")).toMatch(new RegExp(`dench +converter +${version}`));
    await imports();
  });

  it("is installed from the download address", async () => {
    const { stack, imports } = await scene();
    const releases = await releaseServer(inject("packages"));
    stack.env["PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES"] = `^${pluginDownloadURL}$=${releases.url}`;
    await stack.run("plugin", "install", "converter", "dench", version, "--server", pluginDownloadURL);
    expect(releases.requested).toEqual([archive("converter")]);
    await imports();
  });

  it("is found on PATH in the folder of an unpacked plugin archive, also by a link", async () => {
    const { stack, imports } = await scene();
    const folder = await temporaryFolder();
    await extract({ file: join(inject("packages"), archive("resource")), cwd: folder });
    const bin = join(folder, "bin");
    await mkdir(bin);
    await symlink(join(folder, "pulumi-converter-dench"), join(bin, "pulumi-converter-dench"));
    stack.env["PATH"] = [bin, stack.env["PATH"]].join(delimiter);
    await imports();
  });

  it("is found by the commands of npm in a project with the npm package", async () => {
    const { stack, imports } = await scene();
    const { folder } = await projectWithPackage(onTestFinished);
    const command = ["exec", "--no", "-c", "command -v pulumi-converter-dench"];
    const { stdout } = await promisify(execFile)("npm", command, { cwd: folder, env: environment() });
    expect(stdout.trim()).toBe(join(folder, "node_modules/.bin/pulumi-converter-dench"));
    stack.env["PATH"] = [join(folder, "node_modules/.bin"), stack.env["PATH"]].join(delimiter);
    await imports();
  });
});
