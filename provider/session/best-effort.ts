import type { DriftCheck } from "../config/options";
import { causeText, hasCode } from "../errors";

const PATIENCE_MS = 10_000;

/** Failures that mean something is wrong on our side. A plan never passes over them. */
const FINAL = [
  "unauthorized",
  "forbidden",
  "admin_required",
  "no_token",
  "wrong_workspace",
  "own_key",
  "canceled",
] as const;

/** Reads for plans, which a server that does not respond must not stop. */
export class BestEffort {
  readonly #driftCheck: DriftCheck;
  #gaveUp = false;

  constructor(driftCheck: DriftCheck) {
    this.#driftCheck = driftCheck;
  }

  /**
   * Reads for a plan. With `driftCheck: warn`, a server that fails, throttles or stays silent for ten seconds costs one
   * warning, which `onGivingUp` gets the reason of, and nothing more is read for plans. With `required` it is an error, and
   * with `off` nothing is read. A refused token is an error in any case.
   */
  async read<T>(read: () => Promise<T>, onGivingUp: (reason: string) => void): Promise<T | "not read"> {
    if (this.#driftCheck === "required") return read();
    if (this.#driftCheck === "off" || this.#gaveUp) return "not read";
    let patience: NodeJS.Timeout | undefined;
    const late = new Promise<"late">((resolve) => {
      patience = setTimeout(() => resolve("late"), PATIENCE_MS).unref();
    });
    try {
      const found = await Promise.race([read(), late]);
      if (found !== "late") return found;
      this.#giveUp(onGivingUp, `There was no response within ${PATIENCE_MS / 1000} seconds.`);
    } catch (error) {
      if (FINAL.some((code) => hasCode(error, code))) throw error;
      this.#giveUp(onGivingUp, causeText(error));
    } finally {
      clearTimeout(patience);
    }
    return "not read";
  }

  #giveUp(onGivingUp: (reason: string) => void, reason: string): void {
    if (this.#gaveUp) return;
    this.#gaveUp = true;
    onGivingUp(reason);
  }
}
