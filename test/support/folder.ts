import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { CleanUp } from "./project";

/** Creates an empty folder, which is removed after the test. */
export async function temporaryFolder(cleanUp: CleanUp = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-dench-test-"));
  // A killed process may still write for a moment.
  cleanUp(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
