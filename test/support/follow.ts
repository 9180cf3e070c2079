import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { type Block, blocksOf, sectionOf } from "./documented";
import { projectRoot } from "./project";
import { isUpdate, stable, wrapped } from "./transcript";

/** A page, or one section of it. */
export interface Passage {
  readonly page: string;
  readonly heading?: string;
}

export interface ShellOptions {
  readonly folder: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Replaces the page's values with the test's own. */
  readonly adapt?: (text: string) => string;
  /** Whether to skip a block. */
  readonly skips?: (block: Block) => boolean;
}

/**
 * Follows a passage in one shell, as a reader would. Runs each `sh` block, writes each `yaml` block to Pulumi.yaml, and compares
 * each `text` block with the output of the commands above it. Returns the output. `npm run transcripts` writes the output into
 * the `text` blocks.
 */
export async function follow(passage: Passage, { folder, env, adapt = String, skips }: ShellOptions): Promise<string> {
  const blocks = blocksOf(await sectionOf(passage));
  const boundary = randomUUID();
  const script = blocks.map((block) => `${skips?.(block) ? "" : commandsFor(block, adapt)}\necho "${boundary}"\n`);
  const shell = spawn("bash", ["-euo", "pipefail", "-c", `exec 2>&1\n${script.join("")}`], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void shell.kill());
  let output = "";
  shell.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const [code] = await once(shell, "close");
  expect(code, output).toBe(0);
  const printed = output.split(`${boundary}\n`);
  await expectBlocks(passage, blocks, printed.map(asShown));
  return printed.join("");
}

function commandsFor({ language, text }: Block, adapt: (text: string) => string): string {
  if (language === "sh") return adapt(text);
  return language === "yaml" ? `cat > Pulumi.yaml <<'EOF'\n${adapt(text)}EOF` : "";
}

async function expectBlocks(passage: Passage, blocks: readonly Block[], printed: readonly string[]): Promise<void> {
  const shown = blocks.flatMap(({ language, text }, index) =>
    language === "text" ? [{ text, actual: printed[index - 1] ?? "" }] : [],
  );
  if (isUpdate()) {
    const file = join(projectRoot, passage.page);
    const section = await sectionOf(passage);
    const texts = shown.values();
    const updated = section.replace(
      /^```text\n[\s\S]*?^```/gm,
      () => `\`\`\`text\n${texts.next().value?.actual ?? ""}\`\`\``,
    );
    await writeFile(
      file,
      (await readFile(file, "utf8")).replace(section, () => updated),
    );
    return;
  }
  const hint = `${passage.page} does not show what its commands print; "npm run transcripts" captures it again`;
  for (const { text, actual } of shown) expect(stable(text), hint).toBe(stable(actual));
}

/** Matches a row of the engine's progress output for a resource. */
const ROW = /^ (?:[-+~<>=]{1,2}| ) {1,2}(\w+:\w+:\w+ \S+)/;

/** Returns the final text on a terminal: only the last row of each resource, and no progress dots. */
function asShown(output: string): string {
  const lines = output.split("\n").map((line) => line.trimEnd());
  let command = 0;
  const keyed = lines.map((line) => {
    if (/^(Previewing|Updating|Refreshing|Destroying) /.test(line)) command += 1;
    const resource = ROW.exec(line)?.[1];
    return { line, row: resource === undefined ? undefined : `${command} ${resource}` };
  });
  const lastRows = new Map(keyed.map(({ row }, index) => [row, index]));
  const kept = keyed.filter(
    ({ line, row }, index) => !line.startsWith("@ ") && (row === undefined || lastRows.get(row) === index),
  );
  const text = kept.map(({ line }) => line).join("\n");
  return `${wrapped(text.replace(/\n{3,}/g, "\n\n").trim())}\n`;
}
