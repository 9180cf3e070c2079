import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, it } from "vitest";
import { commandsOf } from "../support/documented";
import { temporaryFolder } from "../support/folder";
import { projectRoot } from "../support/project";
import { describeWithEngine } from "../support/stack";

describeWithEngine("the schema", () => {
  it("is valid for the engine", async () => {
    const pulumi = join(inject("engineBin") ?? "", "pulumi");
    const schema = join(projectRoot, "provider/schema.json");
    await expect(promisify(execFile)(pulumi, ["schema", "check", schema])).resolves.toBeDefined();
  });

  it("and the pages are what the documented command publishes, which then needs an organization", async () => {
    const folder = await temporaryFolder();
    const commands = await commandsOf("CONTRIBUTING.md");
    const [, ...words] = commands.find((command) => command.startsWith("pulumi package publish "))?.split(" ") ?? [];
    const pages = words.filter((word) => word.startsWith("docs/"));
    expect(pages).toHaveLength(2);
    for (const page of pages) await access(join(projectRoot, page));
    const published = promisify(execFile)(join(inject("engineBin") ?? "", "pulumi"), words, {
      cwd: projectRoot,
      env: { ...process.env, PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    // The engine reads the schema and its publisher before it looks for the Registry, which a folder does not have.
    await expect(published).rejects.toThrow(/failed to get the Private Registry backend/);
  });
});
