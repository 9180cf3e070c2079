import type { DriftCheck } from "../config/options";
import { causeText, hasCode } from "../errors";

const TIMEOUT_MS = 10_000;

/** The errors that a plan always reports, because the user has to fix their cause. */
const REPORTED = [
  "unauthorized",
  "forbidden",
  "admin_required",
  "no_token",
  "wrong_workspace",
  "own_key",
  "canceled",
] as const;

/** Reads for plans. A server that does not respond does not make a plan fail. */
export class BestEffort {
  readonly #driftCheck: DriftCheck;
  #gaveUp = false;

  constructor(driftCheck: DriftCheck) {
    this.#driftCheck = driftCheck;
  }

  /**
   * Reads for a plan, depending on `driftCheck`. With `warn`, the first failure or timeout of ten seconds calls `onGivingUp`
   * with its reason, and the run reads nothing more for plans. With `required`, a failure is an error. With `off`, nothing is
   * read. A rejected token is always an error.
   */
  async read<T>(read: () => Promise<T>, onGivingUp: (reason: string) => void): Promise<T | "not read"> {
    if (this.#driftCheck === "required") return read();
    if (this.#driftCheck === "off" || this.#gaveUp) return "not read";
    let timeout: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      timeout = setTimeout(() => resolve("late"), TIMEOUT_MS).unref();
    });
    try {
      const found = await Promise.race([read(), late]);
      if (found !== "late") return found;
      this.#giveUp(onGivingUp, `There was no response within ${TIMEOUT_MS / 1000} seconds.`);
    } catch (error) {
      if (REPORTED.some((code) => hasCode(error, code))) throw error;
      this.#giveUp(onGivingUp, causeText(error));
    } finally {
      clearTimeout(timeout);
    }
    return "not read";
  }

  #giveUp(onGivingUp: (reason: string) => void, reason: string): void {
    if (this.#gaveUp) return;
    this.#gaveUp = true;
    onGivingUp(reason);
  }
}
