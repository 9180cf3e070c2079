import { chmodSync, existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { errorMessage } from "../../error-message";
import { createSecretFile, replaceSecretFile } from "./secret-file";

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
  update(readValue: () => string): void {
    this.#isUpdated = false;
    try {
      let written: string | undefined;
      // Another process may rotate the key before this one writes the file. The last one to write has the last value.
      for (let value = readValue(); value !== written; value = readValue()) {
        this.#write(`${this.#heading}DENCH_API_KEY=${value}\n`);
        written = value;
      }
      this.#isUpdated = true;
    } catch (error) {
      process.stderr.write(
        `The primary key could not be written to ${this.#path}: ${errorMessage(error)}. The next start tries again.\n`,
      );
    }
  }

  #write(content: string): void {
    if (!existsSync(this.#path) && createSecretFile(this.#path, content)) return;
    const present = readFileSync(this.#path, "utf8");
    if (!present.startsWith(this.#heading)) throw new Error("the file was not written by this gateway; move it away");
    if (present === content) chmodSync(this.#path, 0o600);
    else replaceSecretFile(this.#path, content);
  }
}
