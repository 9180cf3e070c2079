import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { testGateway } from "../../support/gateway";
import { projectRoot } from "../../support/project";
import { itEach, itInRest } from "../../support/sample";
import { TestStack } from "../../support/stack";
import { describeWithTools } from "../../support/tools";
import { allExamples, examplesIn } from "../schema-examples";
import { goModule } from "./go-sdk";
import { preparePython } from "./python-sdk";
import { PREPARATION_MS } from "./suite";

describeWithTools("Python", "Go")("the schema's examples", () => {
  itEach(
    examplesIn("python"),
    ({ title }) => `run in Python: ${title}`,
    async ({ programs }) => {
      const run = await preparePython();
      const gateway = await testGateway();
      const { id, key } = await gateway.call("POST", "/api-keys", { name: "CI/CD" });
      await gateway.dataPlane(key);
      const stack = await TestStack.create({
        env: gateway.env,
        project: join(projectRoot, "test/engine/languages/functions/python"),
      });
      await writeFile(join(stack.workDir, "__main__.py"), programs.python.replace("key_123", id));
      const [output, ...others] = Object.values((await run(stack, "up")).outputs);
      expect(output?.value).toBeDefined();
      expect(others).toEqual([]);
    },
    PREPARATION_MS,
  );

  itInRest(
    "compile in Go",
    async () => {
      // The examples compile as library packages, because linking takes time.
      const packages = allExamples.map(({ programs }) => programs.go.replace("package main", "package example"));
      const sources = packages.map((source, index) => [`example${index}/main.go`, source]);
      await expect(goModule(Object.fromEntries(sources), ["build", "./..."])).resolves.toBeDefined();
    },
    PREPARATION_MS,
  );
});
