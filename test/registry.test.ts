import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { LANGUAGES, packageSchema } from "../schema/package-schema";
import { pluginDownloadURL, repository, version } from "../version";
import { projectRoot } from "./support/project";

// The rules are those of github.com/pulumi/registry: doc_lint.py, lint-markdown.js, check-shortcode-delimiters.js and metadata.go.

const PAGES = ["docs/_index.md", "docs/installation-configuration.md"];

const text = (file: string) => readFile(join(projectRoot, file), "utf8");

/** Forms that break where the Registry shows a page. */
const BROKEN: readonly (readonly [string, RegExp])[] = [
  ["relative image", /<img[^>]+src=["'](\.|\/|[^hH])|!\[[^\]]*\]\((\.|\/|(?!https?:))/],
  ["relative link in HTML", /<a[^>]+href=["'](\.|\/)/],
  ["link to a file that ends in .md", /\]\((?!https?:\/\/)[^)]*\.md[)#]/],
  ["space in the delimiter of a shortcode", /\{\{\s+[<%]/],
];

it.each(BROKEN)("the rule against a %s finds one", (kind, rule) => {
  const examples = ["![logo](images/logo.png)", '<a href="./x">', "[Languages](languages.md)", "{{ < chooser >}}"];
  expect(
    examples.filter((each) => rule.test(each)),
    kind,
  ).toHaveLength(1);
});

describe.each(PAGES)("%s", (page) => {
  it.each(BROKEN)("has no %s", async (_kind, rule) => {
    expect((await text(page)).split("\n").filter((line) => rule.test(line))).toEqual([]);
  });

  it("begins with the front matter that the Registry requires", async () => {
    const [, matter = ""] = /^---\n([\s\S]*?)\n---\n/.exec(await text(page)) ?? [];
    const fields = Object.fromEntries(matter.split("\n").map((line) => line.split(/: (.*)/s)));
    expect(fields).toEqual({
      title: expect.stringMatching(/^.{1,60}$/),
      meta_desc: expect.stringMatching(/^.{1,160}$/),
      layout: "package",
    });
  });

  it("links files of this repository that exist", async () => {
    const prefix = `${repository}/blob/main/`;
    const links = Array.from((await text(page)).matchAll(/\]\((https?:[^)#]+)/g), ([, link = ""]) => link);
    for (const file of links.filter((link) => link.startsWith(prefix)).map((link) => link.slice(prefix.length)))
      await expect(access(join(projectRoot, file)), file).resolves.toBeUndefined();
  });
});

it("the overview has an example in every language of Pulumi's", async () => {
  const languages = ["typescript", "python", "go", "csharp", "java", "yaml"];
  const overview = await text("docs/_index.md");
  expect(overview).toContain(`{{< chooser language "${languages.join(",")}" >}}`);
  const examples = Array.from(overview.matchAll(/\{\{% choosable language (\w+) %\}\}/g), ([, language]) => language);
  expect(examples).toEqual(languages);
});

it("the installation page lists the package of every language, and the command that installs the plugin", async () => {
  const page = await text("docs/installation-configuration.md");
  const { nodejs, python, go, csharp, java } = LANGUAGES;
  for (const name of [
    nodejs.packageName,
    python.packageName,
    go.importBasePath,
    `${csharp.rootNamespace}.Dench`,
    `${java.basePackage}.dench`,
  ])
    expect(page).toContain(`\`${name}\``);
  expect(page).toContain("| YAML | not needed |");
  expect(page).toContain(`pulumi plugin install resource dench ${version} --server ${pluginDownloadURL}\n`);
});

it("the schema has what the Registry requires and shows", async () => {
  const schema = packageSchema();
  expect(schema.publisher).toBe("Dench");
  expect(schema.keywords).toEqual(expect.arrayContaining(["kind/native", "category/infrastructure"]));
  expect([schema.repository, schema.homepage]).toEqual([repository, repository]);
  const [, logo = ""] =
    /^https:\/\/raw\.githubusercontent\.com\/[^/]+\/[^/]+\/main\/(.+\.png)$/.exec(schema.logoUrl) ?? [];
  const png = await readFile(join(projectRoot, logo));
  expect(png.subarray(1, 4).toString()).toBe("PNG");
});

it("npm resolves the links of the README by the repository of the package", async () => {
  const manifest = JSON.parse(await text("package.json"));
  const schema = packageSchema();
  expect(manifest).toMatchObject({
    repository: { type: "git", url: `git+${repository}.git` },
    homepage: repository,
    bugs: `${repository}/issues`,
    license: schema.license,
  });
});
