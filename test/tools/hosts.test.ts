import { chmod, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { hostsOf, problemOfHost } from "../../tools/engine/hosts";
import { temporaryFolder } from "../support/folder";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Creates a folder with these programs. */
async function folderOf(...programs: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  for (const program of programs) {
    await writeFile(join(folder, program), "");
    await chmod(join(folder, program), 0o755);
  }
  return folder;
}

describe.runIf(process.platform !== "win32")("the language hosts of an engine", () => {
  it("are next to its program, next to the program that a link names, or on PATH", async () => {
    const released = await folderOf("pulumi", "pulumi-language-nodejs", "pulumi-language-go");
    const links = join(await temporaryFolder(), "bin");
    await mkdir(links);
    await symlink(join(released, "pulumi"), join(links, "pulumi"));
    vi.stubEnv("PATH", await folderOf("pulumi-language-yaml"));
    const hosts = { present: ["nodejs", "go", "yaml"], missing: ["python", "dotnet", "java"] };
    expect(await hostsOf(join(released, "pulumi"))).toEqual(hosts);
    expect(await hostsOf(join(links, "pulumi"))).toEqual(hosts);
  });

  it("decide whether an example can run", async () => {
    const built = await folderOf("pulumi", "pulumi-language-yaml");
    vi.stubEnv("PATH", built);
    expect(await problemOfHost("yaml")).toBeUndefined();
    expect(await problemOfHost("nodejs")).toMatch(
      /^\S+\/pulumi has no language host for nodejs, so it cannot run this program\. Install a released Pulumi CLI/,
    );
    vi.stubEnv("PATH", await folderOf());
    expect(await problemOfHost("yaml")).toMatch(/^There is no pulumi on PATH\. Install /);
  });
});
