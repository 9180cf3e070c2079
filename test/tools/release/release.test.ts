import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { writeRelease } from "../../../tools/release/release";
import { version } from "../../../version";
import { temporaryFolder } from "../../support/folder";

it("a tag is refused before anything is written if the engine cannot generate every SDK", async () => {
  const root = await temporaryFolder();
  await writeFile(join(root, "CHANGELOG.md"), `# Changelog\n\n## ${version}\n\n- A change.\n`);
  const engineBin = await temporaryFolder();
  const release = () => writeRelease(root, join(root, "packages"), { engineBin, tag: `v${version}` });

  await expect(release()).rejects.toThrow(`${engineBin} has no generator for C# and Java. Use a released engine`);
  await writeFile(join(engineBin, "pulumi-language-java"), "");
  await expect(release()).rejects.toThrow("has no generator for C#. Use a released engine");
  expect(await readdir(root)).toEqual(["CHANGELOG.md"]);
});
