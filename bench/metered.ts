import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";
import type { Variables } from "./key-stack";
import type { Workbench } from "./workbench";

const Usage = z.object({ requests: z.number(), processorSeconds: z.number() });

/** What all plugins of a run have used together. */
export type Usage = z.infer<typeof Usage>;

/** Runs the engine with environment variables that make its plugins write their usage, and returns the sum. */
export async function metered(workbench: Workbench, run: (env: Variables) => Promise<void>): Promise<Usage> {
  const folder = await workbench.folder();
  await run({
    NODE_OPTIONS: `--require ${JSON.stringify(join(__dirname, "meter.js"))}`,
    BENCH_METER_FOLDER: folder,
  });
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json"));
  if (files.length === 0) throw new Error("no plugin has written its usage");
  const usages = await Promise.all(
    files.map(async (file) => Usage.parse(JSON.parse(await readFile(join(folder, file), "utf8")))),
  );
  const sum = (of: (usage: Usage) => number) => usages.reduce((total, usage) => total + of(usage), 0);
  return { requests: sum((usage) => usage.requests), processorSeconds: sum((usage) => usage.processorSeconds) };
}
