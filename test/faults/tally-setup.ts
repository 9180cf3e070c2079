import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** The file to which each case appends its verdict as a line of JSON. */
    tally: string;
  }
}

/** Adds up the verdicts of all cases, and prints the sums after the last case. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-dench-tally-"));
  const file = join(folder, "verdicts");
  await writeFile(file, "");
  project.provide("tally", file);
  return async () => {
    const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
    const verdicts = lines.map((line): Record<string, number> => JSON.parse(line));
    const sum = (field: string) => verdicts.reduce((total, verdict) => total + (verdict[field] ?? 0), 0);
    const survived = verdicts.filter((verdict) => Object.values(verdict).every((count) => count === 0)).length;
    if (verdicts.length > 0) {
      process.stdout.write(
        `\ncases ${verdicts.length}, survived ${survived}, keys lost ${sum("lost")}, keys orphaned ${sum("orphaned")}, values leaked ${sum("leaked")}; without request IDs, keys left behind in silence ${sum("silent")}\n`,
      );
    }
    await rm(folder, { recursive: true, force: true });
  };
}
