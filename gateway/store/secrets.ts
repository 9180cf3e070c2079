import { createHash, randomInt } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** Returns uniformly random characters of [A-Za-z0-9]. */
export function randomText(length: number): string {
  return Array.from({ length }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/** Returns the hash of a secret that is stored only for comparison. The secrets are long and random, so they need no salt. */
export function hashOf(value: string): Buffer {
  return createHash("sha256").update(value).digest();
}
