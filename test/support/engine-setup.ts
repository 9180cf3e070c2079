import type { TestProject } from "vitest/node";
import { ensureEngine, NoEngineError } from "../../tools/engine/engine";
import { type KeyServiceEnv, startKeyService } from "./key-service";
import type { CleanUp } from "./project";

declare module "vitest" {
  interface ProvidedContext {
    /** The engine's folder of programs; null where there is none. */
    engineBin: string | null;
    /** The environment in which the engine finds the data keys of stacks. */
    keyService: KeyServiceEnv;
  }
}

/** Gets the engine once for all test files. Without one, a contributor's machine skips what needs it; CI fails. */
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
