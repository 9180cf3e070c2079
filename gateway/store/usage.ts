import { setImmediate } from "node:timers/promises";
import * as z from "zod";
import { errorMessage } from "../../error-message";
import { type Database, isUnavailable } from "./database";
import { inJson } from "./in-json";

const DAY_MS = 24 * 60 * 60 * 1000;

export interface Usage {
  readonly requests: number;
  /** The estimated cost in US dollars. */
  readonly costUsd: number;
}

/** What a request costs. Known when its response has ended. */
interface Spending {
  /** The estimated cost in US dollars. */
  readonly costUsd: number;
  /** The tokens of the prompt. */
  readonly inputTokens: number;
  /** The tokens of the response. */
  readonly outputTokens: number;
}

export interface DetailedUsage extends Usage, Spending {}

/** What a request to a model costs. */
export interface ModelSpending extends Spending {
  /** The name of the model in the request. Empty if it has none. */
  readonly model: string;
}

/** The usage of a key for the requests to one model that cost tokens. */
export interface ModelUsage extends DetailedUsage {
  readonly model: string;
}

/** The usage of a key in a period that ends today. */
export interface KeyUsage extends DetailedUsage {
  readonly days: number;
  /** Each day of the period as YYYY-MM-DD in UTC, oldest first. */
  readonly daily: readonly (DetailedUsage & { readonly date: string })[];
  /** The models with the highest costs, at most ten. */
  readonly models: readonly ModelUsage[];
}

/** The usage of a key on one day that is not written yet. */
interface Uses extends Record<keyof DetailedUsage, number> {
  readonly keyId: string;
  readonly date: string;
  /** The time of the last request. Undefined if only a spending was added, whose request is already counted. */
  lastAt: number | undefined;
  /** The part of it that cost tokens, by model. */
  readonly models: Map<string, Record<keyof DetailedUsage, number>>;
}

const DetailedRow = z.object({
  requests: z.number(),
  cost_usd: z.number(),
  input_tokens: z.number(),
  output_tokens: z.number(),
});
type DetailedRow = z.infer<typeof DetailedRow>;

const UsageRow = DetailedRow.extend({ date: z.string() });
const ModelRow = DetailedRow.extend({ model: inJson(z.string()) });

const MAX_MODELS = 10;
/** Longer names of models are cut off, since they come from callers. */
const MAX_MODEL_LENGTH = 100;

const NOTHING: DetailedUsage = { requests: 0, costUsd: 0, inputTokens: 0, outputTokens: 0 };

/** Records the usage of each key per day, and its last use. */
export class UsageLog {
  readonly #database: Database;
  readonly #clock: () => number;
  /** The unwritten usage by key and day: of requests that wait for the next commit, and of failed writes. */
  readonly #pending = new Map<string, Uses>();
  /** Resolves when the pending usage is on disk. Undefined if no request waits for that. */
  #next: Promise<void> | undefined;
  /** Resolves when the usage of the last commit is on disk. */
  #syncing: Promise<void> = Promise.resolve();
  /** Whether the last attempt to write failed. */
  #hasFailed = false;

  constructor(database: Database, clock: () => number) {
    this.#database = database;
    this.#clock = clock;
  }

  /** Counts a request. Resolves when the count is on disk, or is kept in memory because the write failed. */
  recordRequest(keyId: string, at: number): Promise<void> {
    this.#addRequests(keyId, at, 1);
    return this.#onDisk();
  }

  /** Adds what a request cost that was counted at this time. Resolves like `recordRequest`. */
  recordSpending(keyId: string, at: number, spending: ModelSpending): Promise<void> {
    addSpending(this.#usesOf(keyId, at), 1, spending);
    return this.#onDisk();
  }

  /** Counts requests to a model in memory. The next `write` writes them. */
  add(keyId: string, requests: number, spending: ModelSpending): void {
    addSpending(this.#addRequests(keyId, this.#clock(), requests), requests, spending);
  }

  /** Writes the pending usage. If the database is unavailable, keeps it in memory, where reads still see it. */
  write(): void {
    this.#write((work) => this.#database.transaction(work));
  }

  /** Writes the pending usage for the last time. Logs what is lost if this fails. */
  close(): void {
    this.write();
    const lost = Array.from(this.#pending.values());
    if (lost.length === 0) return;
    const { requests, costUsd } = totalOf(lost);
    process.stderr.write(
      `Usage is lost because it could not be written: ${requests} requests, at a cost of $${costUsd.toFixed(6)}.\n`,
    );
  }

  /** Returns the usage of a key in a period of days that ends today. */
  of(keyId: string, days: number): KeyUsage {
    this.write();
    const rows = this.#database
      .prepare("SELECT * FROM usage WHERE key_id = ? AND date > ?")
      .all(keyId, this.since(days))
      .map((row) => UsageRow.parse(row));
    const used = new Map(rows.map((row) => [row.date, row]));
    const now = this.#clock();
    const daily = Array.from({ length: days }, (_, index) => {
      const date = dateOf(now - (days - 1 - index) * DAY_MS);
      return { date, ...usageOf(used.get(date)) };
    });
    return { ...totalOf(daily), days, daily, models: this.#modelsOf(keyId, days) };
  }

  #modelsOf(keyId: string, days: number): ModelUsage[] {
    return this.#database
      .prepare(
        `SELECT model, sum(requests) AS requests, sum(cost_usd) AS cost_usd, sum(input_tokens) AS input_tokens,
           sum(output_tokens) AS output_tokens
         FROM model_usage WHERE key_id = ? AND date > ? GROUP BY model ORDER BY cost_usd DESC, requests DESC LIMIT ?`,
      )
      .all(keyId, this.since(days), MAX_MODELS)
      .map((row) => {
        const { model, ...usage } = ModelRow.parse(row);
        return { model, ...usageOf(usage) };
      });
  }

  /** Returns the day before a period of days that ends today. */
  since(days: number): string {
    return dateOf(this.#clock() - days * DAY_MS);
  }

  /** Writes the pending usage, and resolves when it is on disk. */
  #onDisk(): Promise<void> {
    this.#next ??= this.#commitNext();
    return this.#next;
  }

  /**
   * Writes at the end of this turn of the event loop, or when the last commit is on disk. The requests that arrive until then
   * share the commit. Only `fsync` waits for the disk, and it does not block the process.
   */
  async #commitNext(): Promise<void> {
    await Promise.all([setImmediate(), this.#syncing]);
    this.#next = undefined;
    if (!this.#write((work) => this.#database.unsyncedTransaction(work))) return;
    this.#syncing = this.#database.sync().catch((error: unknown) => {
      process.stderr.write(
        `Usage may be lost if this machine fails, because the disk failed: ${errorMessage(error)}.\n`,
      );
    });
    await this.#syncing;
  }

  /** Returns whether it has written any usage. */
  #write(inTransaction: (work: () => void) => void): boolean {
    if (this.#pending.size === 0) return false;
    try {
      inTransaction(() => {
        for (const uses of this.#pending.values()) this.#writeUses(uses);
      });
      this.#pending.clear();
      this.#hasFailed = false;
      return true;
    } catch (error) {
      if (!(error instanceof Error && isUnavailable(error))) throw error;
      if (!this.#hasFailed)
        process.stderr.write(`Usage is kept in memory because it cannot be written: ${error.message}.\n`);
      this.#hasFailed = true;
      return false;
    }
  }

  #addRequests(keyId: string, at: number, requests: number): Uses {
    const uses = this.#usesOf(keyId, at);
    uses.requests += requests;
    uses.lastAt = Math.max(uses.lastAt ?? at, at);
    return uses;
  }

  #usesOf(keyId: string, at: number): Uses {
    const date = dateOf(at);
    const uses = this.#pending.get(`${keyId} ${date}`) ?? newUses(keyId, date);
    this.#pending.set(`${keyId} ${date}`, uses);
    return uses;
  }

  #writeUses({ lastAt, models, ...uses }: Uses): void {
    // The clock can be set back, and another process may have written a later use.
    if (lastAt !== undefined) {
      this.#database
        .prepare("UPDATE keys SET last_used_at = max(coalesce(last_used_at, 0), ?) WHERE id = ?")
        .run(lastAt, uses.keyId);
    }
    this.#database.prepare(ADD_USAGE).run(uses);
    const { keyId, date } = uses;
    for (const [model, usage] of models) {
      this.#database.prepare(ADD_MODEL_USAGE).run({ ...usage, keyId, date, model: JSON.stringify(model) });
    }
  }
}

/** Returns the statement that adds usage to a row, or creates the row. */
function additionTo(table: string, ...key: readonly [column: string, value: string][]): string {
  return `INSERT INTO ${table} (${key.map(([column]) => column).join(", ")}, requests, cost_usd, input_tokens, output_tokens)
    VALUES (${key.map(([, value]) => value).join(", ")}, :requests, :costUsd, :inputTokens, :outputTokens)
    ON CONFLICT DO UPDATE SET
      requests = requests + excluded.requests,
      cost_usd = cost_usd + excluded.cost_usd,
      input_tokens = input_tokens + excluded.input_tokens,
      output_tokens = output_tokens + excluded.output_tokens`;
}

const ADD_USAGE = additionTo("usage", ["key_id", ":keyId"], ["date", ":date"]);
const ADD_MODEL_USAGE = additionTo("model_usage", ["key_id", ":keyId"], ["date", ":date"], ["model", ":model"]);

function newUses(keyId: string, date: string): Uses {
  return { keyId, date, ...NOTHING, lastAt: undefined, models: new Map() };
}

function totalOf(usages: readonly DetailedUsage[]): DetailedUsage {
  const sum = (field: keyof DetailedUsage) => usages.reduce((total, usage) => total + usage[field], 0);
  return {
    requests: sum("requests"),
    costUsd: sum("costUsd"),
    inputTokens: sum("inputTokens"),
    outputTokens: sum("outputTokens"),
  };
}

function usageOf(row: DetailedRow | undefined): DetailedUsage {
  if (!row) return NOTHING;
  const { requests, cost_usd, input_tokens, output_tokens } = row;
  return { requests, costUsd: cost_usd, inputTokens: input_tokens, outputTokens: output_tokens };
}

/** Adds what these requests cost. Their count is added to the model alone, and only if they cost tokens. */
function addSpending(uses: Uses, requests: number, { model, costUsd, inputTokens, outputTokens }: ModelSpending): void {
  if (inputTokens + outputTokens === 0) return;
  const name = model.slice(0, MAX_MODEL_LENGTH);
  const ofModel = uses.models.get(name) ?? { ...NOTHING };
  uses.models.set(name, ofModel);
  ofModel.requests += requests;
  for (const each of [uses, ofModel]) {
    each.costUsd += costUsd;
    each.inputTokens += inputTokens;
    each.outputTokens += outputTokens;
  }
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
