import { createCipheriv, createDecipheriv, createHash, randomBytes, randomInt } from "node:crypto";
import { chmodSync, existsSync, linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Returns uniformly random characters of [A-Za-z0-9]. */
export function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/** Returns the hash of a secret that is stored only for comparison. The secrets are long and random, so they need no salt. */
export function hashOf(value: string): Buffer {
  return createHash("sha256").update(value).digest();
}

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
    return new Vault(randomBytes(32));
  }

  /** Opens the vault whose key is in this file. Creates the file, with mode 0600, if it does not exist. */
  static inFile(path: string): Vault {
    if (!existsSync(path)) makeKeyFile(path);
    chmodSync(path, 0o600);
    const key = readFileSync(path);
    if (key.length !== 32) throw new Error(`${path} is not the key file of a gateway database: it must have 32 bytes`);
    return new Vault(key);
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
}

/** Creates the key file atomically, so that a crash leaves no partial file. Never replaces the file of another process. */
function makeKeyFile(path: string): void {
  const draft = `${path}.new`;
  writeFileSync(draft, randomBytes(32), { mode: 0o600, flush: true });
  linkSync(draft, path);
  rmSync(draft);
}
