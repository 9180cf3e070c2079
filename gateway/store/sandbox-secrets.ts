import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorMessage } from "../../error-message";

/** The secrets of the workspace's sandbox: a file with mode 0600 that sets the primary key as an environment variable. */
export class SandboxSecrets {
  readonly #path: string;
  readonly #heading: string;
  #isUpdated = false;

  private constructor(path: string, workspaceId: string) {
    this.#path = path;
    this.#heading = `# Kept up to date by pulumi-dench gateway, for workspace ${workspaceId}.\n`;
  }

  static beside(database: string, workspaceId: string): SandboxSecrets {
    return new SandboxSecrets(join(dirname(database), "sandbox.env"), workspaceId);
  }

  /** Whether the file contains the value of the last update. */
  get isUpdated(): boolean {
    return this.#isUpdated;
  }

  /**
   * Writes the value to the file. If this fails, logs the error and does not throw, since the rotation is already complete. The
   * next start tries again. Never overwrites a file of another origin.
   */
  update(value: string): void {
    this.#isUpdated = false;
    try {
      this.#write(`${this.#heading}DENCH_API_KEY=${value}\n`);
      this.#isUpdated = true;
    } catch (error) {
      process.stderr.write(
        `The primary key could not be written to ${this.#path}: ${errorMessage(error)}. The next start tries again.\n`,
      );
    }
  }

  #write(content: string): void {
    const present = existsSync(this.#path) ? readFileSync(this.#path, "utf8") : this.#heading;
    if (!present.startsWith(this.#heading)) throw new Error("the file was not written by this gateway; move it away");
    if (present !== content) {
      const draft = `${this.#path}.new`;
      rmSync(draft, { force: true });
      writeFileSync(draft, content, { mode: 0o600, flag: "wx", flush: true });
      renameSync(draft, this.#path);
    }
    chmodSync(this.#path, 0o600);
  }
}
