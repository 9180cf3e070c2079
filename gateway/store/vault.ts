import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync } from "node:fs";
import { errorMessage } from "../../error-message";
import { createSecretFile } from "./secret-file";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts secrets that must be readable again, with AES-256-GCM. */
export class Vault {
  readonly #key: Buffer;

  private constructor(key: Buffer) {
    this.#key = key;
  }

  /** Creates a vault whose key is only in memory. */
  static inMemory(): Vault {
    return new Vault(randomBytes(KEY_BYTES));
  }

  /**
   * Opens the vault of a database, whose key is in a file with mode 0600 next to it. `sealed` is a secret of the database, if it
   * has one: without any, a missing file is created. Throws, and changes nothing, if the file cannot open the secret.
   */
  static beside(database: string, sealed: Uint8Array | undefined): Vault {
    const path = `${database}.key`;
    const refuse = (problem: string) =>
      new Error(
        `the key file ${path} ${problem}, and the secrets of ${database} cannot be read without their key. Restore the key file from a backup, or move both files away to start with a new workspace`,
      );
    if (sealed === undefined && !existsSync(path)) createSecretFile(path, randomBytes(KEY_BYTES));
    const vault = new Vault(readKey(path, refuse));
    if (sealed !== undefined && !vault.#opens(sealed)) throw refuse("belongs to another database");
    chmodSync(path, 0o600);
    return vault;
  }

  seal(value: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    const sealed = Buffer.concat([cipher.update(value, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  open(sealed: Uint8Array): string {
    const decipher = createDecipheriv("aes-256-gcm", this.#key, sealed.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const value = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([value, decipher.final()]).toString("utf8");
  }

  #opens(sealed: Uint8Array): boolean {
    try {
      this.open(sealed);
      return true;
    } catch {
      return false;
    }
  }
}

function readKey(path: string, refuse: (problem: string) => Error): Buffer {
  if (!existsSync(path)) throw refuse("is missing");
  let key: Buffer;
  try {
    key = readFileSync(path);
  } catch (error) {
    throw refuse(`is not readable (${errorMessage(error)})`);
  }
  if (key.length !== KEY_BYTES) throw refuse(`has ${key.length} bytes instead of ${KEY_BYTES}`);
  return key;
}
