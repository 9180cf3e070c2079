import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What the workspace's cloud sandbox gets of the primary key: a file of mode 0600, in the form that shells read. */
export class SandboxSecrets {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  static beside(database: string): SandboxSecrets {
    return new SandboxSecrets(join(dirname(database), "sandbox.env"));
  }

  /** The key is rotated whether or not the file can be written. So a failure is told, and mended at the next start. */
  update(value: string): void {
    const content = `DENCH_API_KEY=${value}\n`;
    try {
      if (contentOf(this.#path) !== content) {
        const draft = `${this.#path}.new`;
        rmSync(draft, { force: true });
        writeFileSync(draft, content, { mode: 0o600, flush: true });
        renameSync(draft, this.#path);
      }
      chmodSync(this.#path, 0o600);
    } catch (error) {
      process.stderr.write(
        `${this.#path} could not be updated (${error instanceof Error ? error.message : error}). ` +
          "It is written again at the next start; until then, reveal the key.\n",
      );
    }
  }
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
