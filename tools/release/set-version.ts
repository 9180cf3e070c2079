import { globSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { valid } from "semver";
import { version } from "../../version";

const CHANGELOG = "CHANGELOG.md";

/** The texts before the version, by the files that name it. `npm run generate` writes all other places. */
const BEFORE: Readonly<Record<string, string>> = {
  "version.ts": 'version = "',
  "{,policy/}package.json": '"version": "',
  "package-lock.json": '"name": "pulumi-dench",\n +"version": "',
  "examples/*/package.json": '"pulumi-dench": "\\^',
  "examples/*/go.mod": "pulumi-dench/sdk/go v",
  "examples/ci/scripts/setup.sh": "resource dench ",
  "examples/ci/scripts/audit.sh": "pulumi-dench@",
  "examples/ci/scripts/github/find-leaks.sh": "pulumi-dench@",
  "{,docs/,examples/*/}*.md": "dench(?: |-|-v|@v)",
};

/** A file with its new text. */
interface Edit {
  readonly file: string;
  readonly text: string;
}

/**
 * Writes a new version into every file below `root` that names the current one, and starts its section in the changelog. Throws
 * before it writes anything if the version is not a semantic version, or if a file does not name the current one.
 */
export async function setVersion(root: string, next: string): Promise<string[]> {
  if (valid(next) !== next) throw new Error(`${next} is not a version such as 0.2.0 or 1.0.0-beta.1`);
  const edits = (await Promise.all(Object.keys(BEFORE).map((files) => editsOf(root, files, next)))).flat();
  const changelog = await readFile(join(root, CHANGELOG), "utf8");
  const all = [...edits, { file: CHANGELOG, text: withSection(changelog, next) }];
  for (const { file, text } of all) await writeFile(join(root, file), text);
  return all.map(({ file }) => file);
}

async function editsOf(root: string, files: string, next: string): Promise<Edit[]> {
  const current = version.replaceAll(/[.+]/g, "\\$&");
  const places = new RegExp(`(${BEFORE[files]})${current}(?!\\d|[.]\\d)`, "g");
  const edits: Edit[] = [];
  for (const file of globSync(files, { cwd: root }).toSorted()) {
    const text = await readFile(join(root, file), "utf8");
    const edited = text.replaceAll(places, `$1${next}`);
    // A document need not name the version, and `npm version` has already written it into package.json.
    if (edited === text && !text.includes(next) && !file.endsWith(".md"))
      throw new Error(`${file} does not name the version ${version}. Compare it with version.ts`);
    if (file !== CHANGELOG && edited !== text) edits.push({ file, text: edited });
  }
  return edits;
}

/** Returns the changelog with a section for a version: the unreleased one, or else a new one. */
function withSection(changelog: string, next: string): string {
  const heading = `## ${next} (not released)`;
  const unreleased = /^## .+ \(not released\)$/m;
  return unreleased.test(changelog)
    ? changelog.replace(unreleased, heading)
    : changelog.replace(/^## /m, `${heading}\n\n## `);
}
