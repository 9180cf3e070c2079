import { access, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { satisfies } from "semver";
import { expect, it } from "vitest";
import { OLDEST_NODE } from "../node-version";
import { ENGINE_VERSION } from "../tools/engine/installation";
import { pluginDownloadURL, version } from "../version";
import { projectRoot } from "./support/project";

const text = (file: string) => readFile(join(projectRoot, file), "utf8");

it("the package, the schema and the code have the same version", async () => {
  const manifest = JSON.parse(await text("package.json"));
  expect([manifest.version, manifest.pulumi.version]).toEqual([version, version]);
  expect(JSON.parse(await text("provider/schema.json")).version).toBe(version);
  for (const document of await documents()) {
    for (const [, found] of (await text(document)).matchAll(/dench(?: |-|-v|@v)(\d+\.\d+\.\d+)/g))
      expect(found, document).toBe(version.replace(/-.*/, ""));
  }
  const lock = JSON.parse(await text("package-lock.json"));
  expect([lock.version, lock.packages[""].version]).toEqual([version, version]);
  const [, newest] = /^## (.+?)(?: \(not released\))?$/m.exec(await text("CHANGELOG.md")) ?? [];
  expect(newest).toBe(version);
});

it("the package, the schema and the code have the same download address", async () => {
  expect(JSON.parse(await text("package.json")).pulumi.server).toBe(pluginDownloadURL);
  expect(JSON.parse(await text("provider/schema.json")).pluginDownloadURL).toBe(pluginDownloadURL);
  expect(await text("README.md")).toContain(`--server ${pluginDownloadURL}\n`);
});

it("the package, the tests, the code and the README have the same oldest supported Node", async () => {
  const { engines, scripts } = JSON.parse(await text("package.json"));
  const [floor] = /\d+\.\d+/.exec(engines.node) ?? [];
  expect(scripts["test:floor"]).toContain(`node@${floor}.0 `);
  expect(OLDEST_NODE).toBe(floor);
  const named = (await text("README.md")).matchAll(/\bNode (\d[\d.]*)/g);
  expect(Array.from(named, ([, node]) => node)).toEqual([floor]);
});

it("contributors and workflows have the same Node", async () => {
  const { devDependencies } = JSON.parse(await text("package.json"));
  expect(await text(".nvmrc")).toBe(`${devDependencies.node}\n`);
});

it("every installed package accepts the oldest supported Node and the Node of contributors", async () => {
  const { packages, devDependencies } = {
    ...JSON.parse(await text("package-lock.json")),
    ...JSON.parse(await text("package.json")),
  };
  const refused = Object.entries<{ engines?: { node?: string } }>(packages).filter(
    ([, { engines: { node = "*" } = {} }]) =>
      !satisfies(`${OLDEST_NODE}.0`, node) || !satisfies(devDependencies.node, node),
  );
  expect(refused).toEqual([]);
});

it("each package with an install script is listed, because npm hides the warning that it skipped one", async () => {
  const { packages } = JSON.parse(await text("package-lock.json"));
  const withScripts = Object.keys(packages).filter((path) => packages[path].hasInstallScript);
  const { allowScripts } = JSON.parse(await text("package.json"));
  expect(Object.keys(allowScripts).toSorted()).toEqual(
    withScripts.map((path) => path.replace(/^.*node_modules\//, "")).toSorted(),
  );
});

it("the TypeScript examples, which users copy, have the versions that their tests use", async () => {
  const { devDependencies } = JSON.parse(await text("package.json"));
  for (const example of ["environments", "rotation"]) {
    const own = JSON.parse(await text(`examples/${example}/package.json`)).devDependencies;
    expect(own, example).toEqual({
      "@types/node": devDependencies["@types/node"],
      typescript: devDependencies.typescript,
    });
  }
});

it("the code and the Go module have the same engine version", async () => {
  expect(await text("tools/engine/pulumi/go.mod")).toContain(`github.com/pulumi/pulumi/pkg/v3 v${ENGINE_VERSION}`);
});

it("the policy pack, which users copy, requires the versions that its tests use", async () => {
  const project = JSON.parse(await text("package.json"));
  const pack = JSON.parse(await text("policy/package.json"));
  expect(pack.version).toBe(version);
  const wanted = Object.entries({ ...pack.dependencies, ...pack.devDependencies });
  for (const [name, range] of wanted)
    expect(project.dependencies[name] ?? project.devDependencies[name], name).toBe(range);
});

it("google-protobuf is installed only once, because Pulumi's messages must use the same copy", async () => {
  const lock = JSON.parse(await text("package-lock.json"));
  const copies = Object.keys(lock.packages).filter((path) => path.endsWith("node_modules/google-protobuf"));
  expect(copies).toEqual(["node_modules/google-protobuf"]);
});

/** Returns the pages in a folder of this project. */
async function pagesIn(folder: string): Promise<string[]> {
  const names = await readdir(join(projectRoot, folder));
  return names.filter((name) => name.endsWith(".md")).map((name) => join(folder, name));
}

async function pagesOfExamples(): Promise<string[]> {
  const folders = (await readdir(join(projectRoot, "examples"))).map((name) => join("examples", name));
  return (await Promise.all(folders.map(pagesIn))).flat();
}

async function documents(): Promise<string[]> {
  return (await Promise.all([pagesIn("."), pagesIn("docs"), pagesIn("policy"), pagesOfExamples()])).flat();
}

it("every npm script that a document names exists", async () => {
  const { scripts } = JSON.parse(await text("package.json"));
  for (const document of await documents()) {
    for (const [, name = ""] of (await text(document)).matchAll(/npm run ([\w:]+)/g))
      expect(scripts, document).toHaveProperty(name);
  }
});

it("every test that a command of the README names exists", async () => {
  const files = await readdir(join(projectRoot, "test"), { recursive: true });
  for (const [command, project = "", pattern = ""] of (await text("README.md")).matchAll(
    /npm run test:(\w+) -- ([\w/-]+)/g,
  )) {
    const folder = project === "unit" ? /^(?!engine|faults|browser|package)/ : new RegExp(`^${project}/`);
    const named = files.filter(
      (file) => file.endsWith(".test.ts") && folder.test(file) && `test/${file}`.includes(pattern),
    );
    expect(named, command).not.toEqual([]);
  }
});

/** Returns the anchors that GitHub creates for the headings of a document. */
function anchorsOf(document: string): string[] {
  const headings = Array.from(document.matchAll(/^#+ (.+)$/gm), ([, heading = ""]) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}

it("every link in a document to a file of this project, or to a heading in it, is valid", async () => {
  // The overview of Pulumi's registry links to pages that only the registry has.
  const ours = (await documents()).filter((document) => document !== join("docs", "_index.md"));
  for (const document of ours) {
    const links = (await text(document)).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g);
    for (const [link, target = "", anchor] of links) {
      const file = target === "" ? document : join(dirname(document), target);
      await expect(access(join(projectRoot, file)), `${document}: ${link}`).resolves.toBeUndefined();
      if (anchor !== undefined) expect(anchorsOf(await text(file)), `${document}: ${link}`).toContain(anchor);
    }
  }
});
