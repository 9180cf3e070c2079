import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, inject, it } from "vitest";
import { projectRoot } from "../support/project";
import { describeWithEngine } from "../support/stack";

describeWithEngine("the schema", () => {
  it("is valid for the engine", async () => {
    const pulumi = join(inject("engineBin") ?? "", "pulumi");
    const schema = join(projectRoot, "provider/schema.json");
    await expect(promisify(execFile)(pulumi, ["schema", "check", schema])).resolves.toBeDefined();
  });
});
