import { join } from "node:path";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import { beforeAll, expect, onTestFinished, vi } from "vitest";
import { testGateway } from "../../support/gateway";
import { projectRoot } from "../../support/project";
import { registerFor } from "../../support/sample";
import { type Outcome, TestStack } from "../../support/stack";
import type { Describe } from "../../support/tools";

type Command = "preview" | "up" | "destroy";
type Run = (stack: TestStack, command: Command) => Promise<Outcome>;

/** The folder of a program, relative to the project root. */
interface Program {
  readonly project: string;
  /** The program to run in this process instead of the folder's own. */
  readonly program?: PulumiFn;
}

const LANGUAGES = ["TypeScript, by the plugin", "TypeScript, by the dynamic provider", "YAML", "Go", "Python"] as const;

/** A language with two programs. */
export interface Language {
  readonly describe: Describe;
  readonly language: (typeof LANGUAGES)[number];
  /** The program that creates a key per environment. */
  readonly environments: Program;
  /** The program that calls each function, and exports the results. */
  readonly functions: Program;
  /** Installs the program's dependencies, and returns a function that runs a command on a stack. Defaults to this process. */
  readonly prepare?: () => Promise<Run>;
}

/** The timeout of the first run, which downloads and compiles. */
export const PREPARATION_MS = 300_000;

const BOTH = ["models:read", "chat:completions"];

/** Registers the tests that every language must pass. */
export function languageSuite({ describe, language, environments, functions, prepare }: Language): void {
  let run: Run = (stack, command) => stack[command]();

  async function scene({ project, ...program }: Program, stackName: string) {
    const gateway = await testGateway();
    const options = { env: gateway.env, project: join(projectRoot, project), stackName, ...program };
    const stack = await TestStack.create(options);
    return {
      gateway,
      stack,
      run: (command: Command) => run(stack, command),
      teamChanges: () => stack.stack.setConfig("environments:team", { value: "2026-07" }),
      open: (...values: unknown[]) => Promise.all(values.map((value) => gateway.dataPlane(value))),
    };
  }

  describe(`a program in ${language}`, () => {
    beforeAll(async () => {
      if (prepare) run = await prepare();
    }, PREPARATION_MS);

    registerFor(
      (it) => {
        it("previews a key per environment, creates it once, keeps its value secret, rotates it in place when the team changes, and revokes it", async () => {
          const { gateway, stack, run, teamChanges, open } = await scene(environments, "production");
          await stack.stack.setConfig("environments:overlap", { value: "24h" });
          expect((await run("preview")).steps).toEqual(["create gateway"]);
          expect(await gateway.keys()).toEqual([]);

          const { steps, outputs, output } = await run("up");
          expect(steps).toEqual(["create gateway"]);
          const [made] = await gateway.activeKeys();
          expect(made).toMatchObject({ name: "Shop production", scopes: BOTH });
          expect(outputs).toEqual({
            key: { value: expect.any(String), secret: true },
            keyId: { value: made?.id, secret: false },
          });
          const value = outputs["key"]?.value;
          expect(await open(value)).toEqual([200]);
          expect(output).not.toContain(value);
          for (const [file, text] of await stack.filesWritten()) expect(text, file).not.toContain(value);

          await teamChanges();
          const after = await run("up");
          expect(after.steps).toEqual(["update gateway"]);
          expect(after.outputs["key"]?.secret).toBe(true);
          const rotated = after.outputs["key"]?.value;
          expect(await open(value, rotated), "the config has an overlap").toEqual([200, 200]);
          expect((await run("up")).steps).toEqual([]);
          expect((await run("destroy")).steps).toEqual(["delete gateway"]);
          expect(await open(value, rotated)).toEqual([401, 401]);
        });

        it("replaces the key and revokes the old one when the team changes, if the config has no overlap", async () => {
          const { run, teamChanges, open } = await scene(environments, "staging");
          const before = await run("up");
          await teamChanges();
          const after = await run("up");
          expect(after.steps).toEqual(["create-replacement gateway", "delete-replaced gateway"]);
          expect(await open(before.outputs["key"]?.value, after.outputs["key"]?.value)).toEqual([401, 200]);
        });

        it("gets a result from every function", async () => {
          const { gateway, stack, run } = await scene(functions, "test");
          // The dynamic entry's functions run in the program's process, which may be this one.
          for (const [name, value] of Object.entries(gateway.env)) vi.stubEnv(name, value);
          onTestFinished(() => void vi.unstubAllEnvs());
          const { id, key } = await gateway.call("POST", "/api-keys", { name: "CI" });
          await gateway.dataPlane(key);
          await stack.stack.setConfig("functions:keyId", { value: id });
          const { outputs } = await run("up");
          const results = Object.entries(outputs).map(([name, { value }]) => [name, value]);
          const { slug } = (await gateway.call("GET", "/status")).workspace;
          expect(Object.fromEntries(results)).toEqual({
            workspace: slug,
            status: "active",
            idByName: id,
            newest: "CI",
            requests: 1,
            today: 1,
          });
        });
      },
      (index, count) => LANGUAGES.indexOf(language) % count === index,
    );
  });
}
