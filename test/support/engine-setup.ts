import type { TestProject } from "vitest/node";
import { ensureEngine, NoEngineError } from "../../tools/engine/engine";
import { type KeyServiceEnv, startKeyService } from "./key-service";
import type { CleanUp } from "./project";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder of the engine's executables, or null without an engine. */
    engineBin: string | null;
    /** The environment variables with which the engine finds the data keys of stacks. */
    keyService: KeyServiceEnv;
  }
}

/** Installs the engine once for all test files. Without one, CI fails, and other machines skip the tests that need it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    const { bin } = await ensureEngine({ yaml: true, progress: (line) => process.stdout.write(`${line}\n`) });
    project.provide("engineBin", bin);
  } catch (error) {
    if (!(error instanceof NoEngineError) || process.env["CI"] === "true") throw error;
    process.stdout.write(`${error.message}\nThe tests that need an engine are skipped.\n`);
    project.provide("engineBin", null);
  }
  const closing: Parameters<CleanUp>[0][] = [];
  project.provide("keyService", await startKeyService((close) => closing.push(close)));
  return async () => {
    for (const close of closing) await close();
  };
}
