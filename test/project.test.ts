import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ENGINE_VERSION } from "../engine/installation";
import { version } from "../version";
import { projectRoot } from "./support/project";

const text = (file: string) => readFile(join(projectRoot, file), "utf8");

it("one version stands in the package, the schema and the code", async () => {
  const manifest = JSON.parse(await text("package.json"));
  expect([manifest.version, manifest.pulumi.version]).toEqual([version, version]);
  expect(JSON.parse(await text("provider/schema.json")).version).toBe(version);
});

it("one engine version stands in the code and the Go module", async () => {
  expect(await text("engine/pulumi/go.mod")).toContain(`github.com/pulumi/pulumi/pkg/v3 v${ENGINE_VERSION}`);
});

it("google-protobuf is the one copy that Pulumi's messages use", async () => {
  const lock = JSON.parse(await text("package-lock.json"));
  const copies = Object.keys(lock.packages).filter((path) => path.endsWith("node_modules/google-protobuf"));
  expect(copies).toEqual(["node_modules/google-protobuf"]);
});

it("every npm script that a document names exists", async () => {
  const { scripts } = JSON.parse(await text("package.json"));
  for (const document of ["README.md", "CONTRIBUTING.md", "DESIGN.md"]) {
    for (const [, name = ""] of (await text(document)).matchAll(/npm run ([\w:]+)/g))
      expect(scripts, document).toHaveProperty(name);
  }
});

it("every link of a document to a file of this project leads somewhere", async () => {
  for (const document of ["README.md", "CONTRIBUTING.md", "DESIGN.md", "SECURITY.md"]) {
    for (const [, target = ""] of (await text(document)).matchAll(/\]\((?!https?:)([^)#]+)/g)) {
      await expect(access(join(projectRoot, target)), `${document}: ${target}`).resolves.toBeUndefined();
    }
  }
});
