import { execFileSync } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { setVersion } from "../../../tools/release/set-version";
import { version } from "../../../version";
import { temporaryFolder } from "../../support/folder";
import { projectRoot } from "../../support/project";

/** The files that name other versions too, or that `npm run generate` writes. Tests use any version. */
const NOT_READ = /^(test\/|provider\/schema\.json$|CHANGELOG\.md$)|go\.sum$|package-lock\.json$/;

const tracked = execFileSync("git", ["ls-files"], { cwd: projectRoot, encoding: "utf8" }).trim().split("\n");

/** Returns a copy of the files of this project that name a version. */
async function copyOfProject(): Promise<{ root: string; text: (file: string) => Promise<string> }> {
  const root = await temporaryFolder();
  const files = tracked.filter((file) => /\.(md|json|mod|ts|py|sh|txt|yaml)$/.test(file) && !file.startsWith("test/"));
  await Promise.all(files.map((file) => cp(join(projectRoot, file), join(root, file))));
  return { root, text: (file) => readFile(join(root, file), "utf8") };
}

it("a new version is written into every file that names the current one", async () => {
  const { root, text } = await copyOfProject();
  const changed = await setVersion(root, "9.8.7");
  expect(changed).toEqual(expect.arrayContaining(["README.md", "package.json", "version.ts"]));

  // A sentence may name a version of the past.
  const current = version.replaceAll(".", "\\.");
  const named = new RegExp(`(?:dench\\S*[ @-]v?|["^~=])${current}(?![\\d.]*\\d)`);
  for (const file of tracked.filter((name) => !NOT_READ.test(name))) {
    const before = await readFile(join(projectRoot, file), "utf8");
    if (named.test(before)) expect(await text(file), file).not.toMatch(named);
  }
  const lock = JSON.parse(await text("package-lock.json"));
  expect([lock.version, lock.packages[""].version]).toEqual(["9.8.7", "9.8.7"]);
});

it("a new version renames the unreleased section of the changelog, and otherwise starts one", async () => {
  const { root, text } = await copyOfProject();
  const sections = async () => Array.from((await text("CHANGELOG.md")).matchAll(/^## .+$/gm), ([heading]) => heading);
  await writeFile(join(root, "CHANGELOG.md"), "# Changelog\n\n## 0.9.0 (not released)\n\n- A change.\n\n## 0.8.0\n");
  await setVersion(root, "9.8.7");
  expect(await sections()).toEqual(["## 9.8.7 (not released)", "## 0.8.0"]);

  await writeFile(join(root, "CHANGELOG.md"), "# Changelog\n\n## 0.8.0\n");
  await setVersion(root, "9.8.7");
  expect(await sections()).toEqual(["## 9.8.7 (not released)", "## 0.8.0"]);
});

it.each(["", "1", "v1.0.0", "1.0", "latest"])("the version %j is refused, and no file changes", async (next) => {
  const { root, text } = await copyOfProject();
  await expect(setVersion(root, next)).rejects.toThrow("is not a version such as");
  expect(await text("version.ts")).toBe(await readFile(join(projectRoot, "version.ts"), "utf8"));
});
