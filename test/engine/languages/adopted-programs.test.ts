import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "vitest";
import { CLI_BUILD_FLAGS } from "../../../tools/engine/go";
import { CliStack } from "../../support/cli-stack";
import { runCommand } from "../../support/command";
import { testGateway } from "../../support/gateway";
import { NAMES_BY_HAND } from "../../support/names-by-hand";
import { programOf } from "../../support/program";
import { projectRoot } from "../../support/project";
import { itInRest } from "../../support/sample";
import { TestStack } from "../../support/stack";
import { describeWithTools } from "../../support/tools";
import { goModule } from "./go-sdk";
import { preparePython } from "./python-sdk";
import { PREPARATION_MS } from "./suite";

describeWithTools("Python", "Go")("the program that an import of keys generates", () => {
  itInRest(
    "has no changes in TypeScript and Python, and compiles in Go",
    async () => {
      const gateway = await testGateway();
      for (const name of [...NAMES_BY_HAND, ...NAMES_BY_HAND]) await gateway.call("POST", "/api-keys", { name });
      const state = await stateAfterImport(gateway.env);
      const inState = async (project?: string) => {
        const stack = await TestStack.create({
          env: gateway.env,
          ...(project ? { project: join(projectRoot, project) } : {}),
        });
        const { name } = await stack.stack.workspace.projectSettings();
        await stack.stack.importStack(
          JSON.parse(state.replaceAll("urn:pulumi:test::test::", `urn:pulumi:test::${name}::`)),
        );
        return stack;
      };

      const typescript = await inState();
      typescript.program = await programOf(await programIn("nodejs", state));
      expect((await typescript.preview()).steps).toEqual([]);

      const run = await preparePython();
      const python = await inState("test/engine/languages/functions/python");
      await writeFile(join(python.workDir, "__main__.py"), await programIn("python", state));
      expect((await run(python, "preview")).steps).toEqual([]);

      const source = (await programIn("go", state)).replace("package main", "package adopted");
      await expect(goModule({ "adopted/main.go": source }, ["build", "./..."])).resolves.toBeDefined();
    },
    PREPARATION_MS,
  );
});

/** Imports every key into a new stack, and returns its exported state. */
async function stateAfterImport(env: Readonly<Record<string, string>>): Promise<string> {
  const stack = await CliStack.create(env);
  await writeFile(join(stack.folder, "keys.json"), (await runCommand(["adopt"], { env: stack.env })).stdout);
  await stack.run("import", "--file", "keys.json", "--generate-code=false", "--yes", "--skip-preview");
  return stack.run("stack", "export");
}

/** Returns the program that Pulumi's own generator writes for the keys of a state. */
async function programIn(language: "nodejs" | "python" | "go", state: string): Promise<string> {
  const schema = join(projectRoot, "provider/schema.json");
  const child = spawn("go", ["run", ...CLI_BUILD_FLAGS, "./programs", schema, language], {
    cwd: join(projectRoot, "tools/engine/pulumi"),
    env: { ...process.env, CGO_ENABLED: "0" },
  });
  child.stdin.end(state);
  const [program, errors, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  if (code !== 0) throw new Error(`the generator for ${language} failed:\n${errors}`);
  return program;
}
