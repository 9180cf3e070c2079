import { setImmediate } from "node:timers/promises";
import * as z from "zod";
import { type Database, isUnavailable } from "./database";

const DAY_MS = 24 * 60 * 60 * 1000;

export interface Usage {
  readonly requests: number;
  /** In US dollars, estimated. */
  readonly costUsd: number;
}

/** The usage of a key in a period that ends today. */
export interface KeyUsage extends Usage {
  readonly days: number;
  /** Each day of the period as YYYY-MM-DD in UTC, oldest first. */
  readonly daily: readonly (Usage & { readonly date: string })[];
}

/** What a key did in one day and is not written yet. */
interface Uses {
  readonly keyId: string;
  readonly date: string;
  requests: number;
  costUsd: number;
  /** Of the last request. A cost alone is no use: its request was one. */
  lastAt: number | undefined;
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
  /** Whether the last attempt to write failed. */
  #isHeldUp = false;

  constructor(database: Database, clock: () => number) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Counts a request. Resolves when that is on disk, or waits in memory for a disk that cannot be written. */
  recordRequest(keyId: string, at: number): Promise<void> {
    this.#addRequests(keyId, at, 1);
    return this.#writtenSoon();
  }

  /** Adds to a key's cost, of a request that was counted at that time. Resolves like `recordRequest`. */
  recordCost(keyId: string, at: number, costUsd: number): Promise<void> {
    this.#usesOf(keyId, at).costUsd += costUsd;
    return this.#writtenSoon();
  }

  /** Takes note of requests. It is left to the next `write` to keep them. */
  add(keyId: string, requests: number, costUsd: number): void {
    this.#addRequests(keyId, this.#clock(), requests).costUsd += costUsd;
  }

  /** A full disk is no reason to shut out a key. Nor may it hide a use from whoever asks later whether the key is needed. */
  write(): void {
    if (this.#pending.size === 0) return;
    try {
      this.#database.transaction(() => {
        for (const uses of this.#pending.values()) this.#writeUses(uses);
      });
      this.#pending.clear();
      this.#isHeldUp = false;
    } catch (error) {
      if (!(error instanceof Error && isUnavailable(error))) throw error;
      if (!this.#isHeldUp)
        process.stderr.write(`Usage is kept in memory because it cannot be written: ${error.message}.\n`);
      this.#isHeldUp = true;
    }
  }

  /** The last attempt. What cannot be written now is lost. */
  close(): void {
    this.write();
    const lost = Array.from(this.#pending.values());
    if (lost.length === 0) return;
    const { requests, costUsd } = totalOf(lost);
    process.stderr.write(
      `Usage is lost because it could not be written: ${requests} requests, at a cost of $${costUsd.toFixed(6)}.\n`,
    );
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
    return { ...totalOf(daily), days, daily };
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

  #addRequests(keyId: string, at: number, requests: number): Uses {
    const uses = this.#usesOf(keyId, at);
    uses.requests += requests;
    uses.lastAt = Math.max(uses.lastAt ?? at, at);
    return uses;
  }

  #usesOf(keyId: string, at: number): Uses {
    const date = dateOf(at);
    const uses = this.#pending.get(`${keyId} ${date}`) ?? { keyId, date, requests: 0, costUsd: 0, lastAt: undefined };
    this.#pending.set(`${keyId} ${date}`, uses);
    return uses;
  }

  #writeUses({ keyId, date, requests, costUsd, lastAt }: Uses): void {
    // Clocks can be set back, and another process may have written a later use.
    if (lastAt !== undefined) {
      this.#database
        .prepare("UPDATE keys SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?")
        .run(lastAt, keyId);
    }
    this.#database
      .prepare(
        `INSERT INTO usage (key_id, date, requests, cost_usd) VALUES (?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET requests = requests + excluded.requests, cost_usd = cost_usd + excluded.cost_usd`,
      )
      .run(keyId, date, requests, costUsd);
  }
}

function totalOf(usages: readonly Usage[]): Usage {
  const sum = (field: keyof Usage) => usages.reduce((total, usage) => total + usage[field], 0);
  return { requests: sum("requests"), costUsd: sum("costUsd") };
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
