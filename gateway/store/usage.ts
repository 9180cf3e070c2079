import { setImmediate } from "node:timers/promises";
import * as z from "zod";
import type { KeyUsage } from "../../contract";
import { type Database, isUnavailable } from "./database";

const DAY_MS = 24 * 60 * 60 * 1000;

/** What a key did in one day and is not written yet. */
interface Uses {
  readonly keyId: string;
  readonly date: string;
  requests: number;
  costUsd: number;
  lastAt: number;
}

const UsageRow = z.object({ date: z.string(), requests: z.number(), cost_usd: z.number() });

/** How much each key was used on each day, and when last. */
export class UsageLog {
  readonly #database: Database;
  readonly #clock: () => number;
  /** By key and day: uses of this turn of the event loop, and those that could not be written yet. */
  readonly #pending = new Map<string, Uses>();
  /** When the uses of this turn have been written. */
  #written: Promise<void> | undefined;

  constructor(database: Database, clock: () => number) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Counts a request. Resolves when that is on disk, or waits in memory for a disk that cannot be written. */
  recordRequest(keyId: string): Promise<void> {
    this.add(keyId, 1, 0);
    return this.#writtenSoon();
  }

  /** Adds to a key's cost, of a request that has been counted. Resolves like `recordRequest`. */
  recordCost(keyId: string, costUsd: number): Promise<void> {
    this.add(keyId, 0, costUsd);
    return this.#writtenSoon();
  }

  /** Takes note of requests. It is left to the next `write` to keep them. */
  add(keyId: string, requests: number, costUsd: number): void {
    const lastAt = this.#clock();
    const date = dateOf(lastAt);
    const uses = this.#pending.get(`${keyId} ${date}`) ?? { keyId, date, requests: 0, costUsd: 0, lastAt };
    uses.requests += requests;
    uses.costUsd += costUsd;
    uses.lastAt = lastAt;
    this.#pending.set(`${keyId} ${date}`, uses);
  }

  /** A full disk is no reason to shut out a key. Nor may it hide a use from whoever asks later whether the key is needed. */
  write(): void {
    if (this.#pending.size === 0) return;
    try {
      this.#database.transaction(() => {
        for (const uses of this.#pending.values()) this.#writeUses(uses);
      });
      this.#pending.clear();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
    }
  }

  /** Each of so many days, the last of them today. */
  of(keyId: string, days: number): KeyUsage {
    this.write();
    const rows = this.#database
      .prepare("SELECT date, requests, cost_usd FROM usage WHERE key_id = ? AND date > ?")
      .all(keyId, this.since(days))
      .map((row) => UsageRow.parse(row));
    const used = new Map(rows.map((row) => [row.date, row]));
    const now = this.#clock();
    const daily = Array.from({ length: days }, (_, index) => {
      const date = dateOf(now - (days - 1 - index) * DAY_MS);
      const day = used.get(date);
      return { date, requests: day?.requests ?? 0, costUsd: day?.cost_usd ?? 0 };
    });
    const total = (field: "requests" | "costUsd") => daily.reduce((sum, day) => sum + day[field], 0);
    return { keyId, days, requests: total("requests"), costUsd: total("costUsd"), daily };
  }

  /** The day before the period of that many days which ends today. */
  since(days: number): string {
    return dateOf(this.#clock() - days * DAY_MS);
  }

  /** Every commit waits for the disk, so all uses of one turn of the event loop share one. */
  #writtenSoon(): Promise<void> {
    this.#written ??= setImmediate().then(() => {
      this.#written = undefined;
      this.write();
    });
    return this.#written;
  }

  #writeUses({ keyId, date, requests, costUsd, lastAt }: Uses): void {
    this.#database.prepare("UPDATE keys SET last_used_at = ? WHERE id = ?").run(lastAt, keyId);
    this.#database
      .prepare(
        `INSERT INTO usage (key_id, date, requests, cost_usd) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET requests = requests + excluded.requests, cost_usd = cost_usd + excluded.cost_usd`,
      )
      .run(keyId, date, requests, costUsd);
  }
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
