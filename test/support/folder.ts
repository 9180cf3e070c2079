import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { CleanUp } from "./project";

/** Makes an empty folder, which is removed when the test is over. */
export async function temporaryFolder(cleanUp: CleanUp = onTestFinished): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-dench-test-"));
  // A process that was killed may write for a moment longer.
  cleanUp(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
